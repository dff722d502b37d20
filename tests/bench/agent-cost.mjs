//! What the agent costs the computer that it runs on: its share of a core under a 1000 Hz pointer and typing, its
//! wake-ups when nobody does anything, and its memory. Beside it, on the same desktop: a program that only prints the
//! same events, and the window manager.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startWorld } from '../e2e/harness.mjs';
import { PLAY, run } from '../e2e/programs.mjs';
import { cpuSeconds, residentMib, wakeUps } from './process-cost.mjs';
import { sleep } from './statistics.mjs';

const GOALS = { corePercent: 1, wakeUpsPerSecond: 1, residentMib: 12 };
const POINTER_HZ = 1000;
const KEYS_PER_SECOND = 8;
const SETTLE_MS = 10_000;

export async function agentCost({ quick }) {
  const seconds = quick ? { idle: 10, busy: 8 } : { idle: 60, busy: 30 };
  const world = await startWorld('../bench/agent-cost', { hooks: false });
  try {
    const agent = await world.enrolledAgent();
    const reader = world.processes.start('xinput', 'xinput', ['test-xi2', '--root'], { env: world.desktop.env });
    await sleep(SETTLE_MS);
    const programs = { agent: agent.pid, reader: reader.pid, openbox: pidOf(world, 'openbox') };
    const idle = await costs(programs, seconds.idle);
    const busy = await underLoad(world, agent, programs, seconds.busy);
    return figures(idle, busy, seconds);
  } finally {
    await world.close();
  }
}

function figures(idle, busy, seconds) {
  return [
    { name: 'agent under 1000 Hz pointer and typing', value: busy.agent.corePercent, unit: '% of a core',
      beside: { name: 'xinput test-xi2 on the same events', value: busy.reader.corePercent }, goal: { most: GOALS.corePercent },
      note: `${seconds.busy} s; ${Math.round(busy.eventsPerSecond)} events a second reached the agent, of`
        + ` ${POINTER_HZ + 2 * KEYS_PER_SECOND} sent; ${busy.agent.wakeUpsPerSecond.toFixed(0)} wake-ups a second`
        + ` (xinput: ${busy.reader.wakeUpsPerSecond.toFixed(0)}).` },
    { name: 'agent idle', value: idle.agent.wakeUpsPerSecond, unit: 'wake-ups/s',
      beside: { name: 'openbox', value: Math.max(idle.openbox.wakeUpsPerSecond, 1 / seconds.idle) },
      goal: { most: GOALS.wakeUpsPerSecond },
      note: `${seconds.idle} s, linked to its server, all threads; ${idle.agent.corePercent.toFixed(2)} % of a core.` },
    { name: 'agent, resident', value: busy.agent.residentMib, unit: 'MiB',
      beside: { name: 'openbox', value: busy.openbox.residentMib }, goal: { most: GOALS.residentMib },
      note: `after the load; ${idle.agent.residentMib.toFixed(1)} MiB before it.` },
  ];
}

/** What each program does in a span of time. */
async function costs(programs, seconds) {
  const read = () => Object.entries(programs).map(([name, pid]) => [name, cpuSeconds(pid), wakeUps(pid)]);
  const [started, before] = [performance.now(), read()];
  await sleep(seconds * 1000);
  const [after, took] = [read(), (performance.now() - started) / 1000];
  return Object.fromEntries(before.map(([name, cpu, woken], at) => [name, {
    corePercent: (after[at][1] - cpu) / took * 100,
    wakeUpsPerSecond: (after[at][2] - woken) / took,
    residentMib: residentMib(programs[name]),
  }]));
}

async function underLoad(world, agent, programs, seconds) {
  const margin = 3;
  const eventsBefore = (await agent.status()).capture.events;
  const player = playSteadily(world, seconds + 2 * margin);
  await sleep(margin * 1000);
  const cost = await costs(programs, seconds);
  const { seconds: played } = await player;
  // The status is told once a second.
  await sleep(1500);
  const events = (await agent.status()).capture.events - eventsBefore;
  return { ...cost, eventsPerSecond: events / played };
}

/** Moves the pointer in a circle, one event each millisecond, and types. */
async function playSteadily({ desktop, dir }, seconds) {
  const file = join(dir, 'steady', 'steady.csv');
  mkdirSync(join(dir, 'steady'), { recursive: true });
  writeFileSync(file, steadyRecording(seconds));
  const args = ['--display', desktop.outer, '--pad', desktop.inner, '--keys', file, '--keys-user', 'keys',
    '--pointer', file, '--pointer-user', 'pointer'];
  const { code, stdout, stderr } = await run(PLAY, args, { env: desktop.env, timeoutMs: (seconds + 60) * 1000 });
  if (code !== 0) throw new Error(`play: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function steadyRecording(seconds) {
  const rows = ['user,session,t_ms,kind,code,x,y'];
  const letters = 'thequickbrownfoxjumpsoverthelazydog';
  const between = 1000 / KEYS_PER_SECOND;
  for (let key = 0; key < seconds * KEYS_PER_SECOND; key += 1) {
    const letter = letters[key % letters.length];
    rows.push(`keys,0,${key * between},kd,${letter},,`, `keys,0,${key * between + 80},ku,${letter},,`);
  }
  for (let ms = 0; ms < seconds * 1000; ms += 1000 / POINTER_HZ) {
    const angle = ms / 1000 * 2 * Math.PI;
    rows.push(`pointer,0,${ms},mm,,${Math.round(960 + 400 * Math.cos(angle))},${Math.round(540 + 400 * Math.sin(angle))}`);
  }
  return `${rows.join('\n')}\n`;
}

/** The desktop's own program of this name. */
function pidOf({ desktop }, name) {
  const pid = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).find((entry) => {
    try {
      return readFileSync(`/proc/${entry}/comm`, 'utf8').trim() === name
        && readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(`DISPLAY=${desktop.inner}`);
    } catch {
      return false; // It ended meanwhile.
    }
  });
  if (!pid) throw new Error(`${name} does not run on ${desktop.inner}`);
  return pid;
}
