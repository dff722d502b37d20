//! The reader of input devices and the agent on a kernel of their own: a real keyboard is learnt from, a program's is not.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { until } from '../e2e/processes.mjs';
import { Guest } from './guest.mjs';

const LONG_MS = 600_000;
const WORDS = [...'thequickbrownfoxjumpsoverthelazydog'];

/** As logind writes it. */
const SESSION = {
  UID: 1000, USER: 'ada', ACTIVE: 1, IS_DISPLAY: 1, STATE: 'active', REMOTE: 0, TYPE: 'wayland', CLASS: 'user', SEAT: 'seat0',
};

let guest;

before(async () => {
  guest = await Guest.boot('guest-reader');
  await inFront({});
  await guest.run('python3 /tests/listen.py >/tmp/reader.log 2>&1 &');
  await guest.run('mkdir -p /run/user/1000 && chown 1000:1000 /run/user/1000 && chmod 700 /run/user/1000');
  await guest.run('until [ -S /run/selfsame-input/socket ]; do sleep 0.2; done');
  await guest.asAda('XDG_SESSION_TYPE=wayland /opt/selfsame run --no-tray >/tmp/agent.log 2>&1 &');
  await capture('it runs', ({ state, physical_devices: real }) => state.state === 'running' && real > 0);
});

after(() => guest?.close());

/** Lets logind's files say who is in front. */
async function inFront(changes) {
  const text = Object.entries({ ...SESSION, ...changes }).map(([key, value]) => `${key}=${value}`).join('\\n');
  await guest.run(`printf '${text}\\n' >/tmp/s && mv /tmp/s /run/systemd/sessions/2; printf 'ACTIVE=2\\nACTIVE_UID=1000\\n' >/tmp/s && mv /tmp/s /run/systemd/seats/seat0`);
}

function capture(what, holds) {
  return until(what, async () => {
    const status = await guest.status().catch(() => null);
    return status?.capture && holds(status.capture) && status;
  }, LONG_MS, 500);
}

/** How many device files the reader has open. */
async function openDevices() {
  return Number(await guest.run('ls -l /proc/$(pidof selfsame-input)/fd | grep -c /dev/input'));
}

test('on a Wayland desktop the agent takes the reader by itself, and doctor names it with its limits', async () => {
  const { capture: { backend, tells_injected: tells } } = await guest.status();
  assert.deepEqual([backend, tells], ['reader', true]);
  assert.match(await guest.asAda('/opt/selfsame doctor'), /ok +input +from reader: .*touchpads/);
});

test('the reader is shut in, is nobody else, and knows nothing of keys', async () => {
  const status = await guest.run('cat /proc/$(pidof selfsame-input)/status');
  for (const line of [/^Uid:\t990\t990\t990\t990$/m, /^Seccomp:\t2$/m, /^NoNewPrivs:\t1$/m, /^CapEff:\t0+$/m]) {
    assert.match(status, line);
  }
  assert.equal(await guest.run('cat /tmp/reader.log'), '');
});

test('a real keyboard and mouse are learnt from', async () => {
  const { profile } = await guest.status();
  await guest.type([...WORDS, ...WORDS]);
  await guest.click();
  const learnt = await capture('its events come', ({ events }) => events >= 4 * WORDS.length + 3);
  assert.equal(learnt.capture.dropped, 0);
  await until('they are learnt', async () => {
    const { profile: now } = await guest.status();
    return now.progress.keys_learnt > profile.progress.keys_learnt;
  }, LONG_MS, 500);
});

test('a keyboard that a program made is told apart, whatever it calls itself, and never learnt from', async () => {
  const before_ = await guest.status();
  await guest.run('python3 /tests/uinput.py >/tmp/uinput.log 2>&1 &');
  await capture('it is seen', ({ other_devices: others }) => others === before_.capture.other_devices + 1);
  const after_ = await capture('its events come', ({ events }) => events >= before_.capture.events + 80);
  assert.equal(after_.profile.progress.keys_learnt, before_.profile.progress.keys_learnt);
  assert.equal(after_.capture.physical_devices, before_.capture.physical_devices);
  await capture('it is gone', ({ other_devices: others }) => others === before_.capture.other_devices);
});

test('a keyboard that is plugged in, out and in again is read', async () => {
  const before_ = (await guest.status()).capture;
  for (const id of ['first', 'second']) {
    await guest.monitor('device_add', { driver: 'usb-kbd', bus: 'usb.0', id });
    await capture('it is plugged in', ({ physical_devices: real }) => real === before_.physical_devices + 1);
    const { capture: { events } } = await guest.status();
    await guest.type(WORDS.slice(0, 10));
    await capture('its events come', ({ events: now }) => now >= events + 20);
    await guest.monitor('device_del', { id });
    await capture('it is unplugged', ({ physical_devices: real }) => real === before_.physical_devices);
  }
});

test('while the person has paused, no device is open', async () => {
  assert.ok(await openDevices() > 0);
  await guest.asAda('/opt/selfsame pause 1h');
  await until('all are closed', async () => await openDevices() === 0, LONG_MS, 500);
  const { capture: { events } } = await guest.status();
  await guest.type(WORDS.slice(0, 5));
  assert.equal((await guest.status()).capture.events, events);
  await guest.asAda('/opt/selfsame resume');
  await until('they are open again', async () => await openDevices() > 0, LONG_MS, 500);
});

test('at a greeter and behind another session nothing flows, and no device is open', async () => {
  for (const elsewhere of [{ CLASS: 'greeter' }, { ACTIVE: 0, STATE: 'online' }, { UID: 1001 }]) {
    await inFront(elsewhere);
    const status = await capture('it waits', ({ state }) => state.state === 'waiting');
    assert.match(status.capture.state.why, /not the one in front|hung up/);
    assert.equal(await openDevices(), 0);
    await inFront({});
    await capture('it runs again', ({ state, physical_devices: real }) => state.state === 'running' && real > 0);
  }
});

test('another program of the person gets nothing from the reader', async () => {
  assert.match(await guest.asAda('python3 /tests/knock.py'), /Permission denied/);
  // Root may knock, and is told that it is not the agent.
  assert.equal((await guest.run('python3 /tests/knock.py')).slice(0, 6), '010001');
  assert.equal((await guest.run('python3 /tests/knock.py')).slice(24, 28), '0500');
});
