//! The agent for Windows under Wine: commands over its pipe, keys from the display and from a program, the tray.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { until } from '../e2e/processes.mjs';
import { AGENT, Agent, DEMO_AGENT, startWine } from './wine.mjs';

const NOT_ENROLLED = 10;

describe('the agent for Windows', () => {
  let wine;
  let agent;

  before(async () => {
    wine = await startWine('windows');
    agent = new Agent(wine, DEMO_AGENT);
  });
  after(() => wine?.stop());

  test('says at rest that it is not enrolled', async () => {
    const { code, json } = await agent.command('status');
    assert.equal(code, NOT_ENROLLED);
    assert.equal(json.running, false);
  });

  test('runs, and answers over its pipe', async () => {
    await agent.start();
    const { json } = await agent.command('doctor');
    const running = json.findings.find(({ about, ok }) => about === 'agent' && ok);
    assert.match(running.ok, /keys kept in credential-manager/);
    assert.match(json.findings.find(({ about }) => about === 'input').ok, /^from raw-input: /);
  });

  test('is the only one', async () => {
    const { code, json } = await agent.command('run', '--no-tray');
    assert.equal(code, 1);
    assert.match(json.error.what, /already running/);
  });

  test('sees keys of the display, and a demonstration learns from them', async () => {
    await wine.openEditor();
    const before_ = await agent.settled();
    const text = 'the quick brown fox jumps over the lazy dog '.repeat(4);
    await wine.type(text);
    const status = await agent.settled();
    // Each key is an event down and one up.
    assert.ok(status.capture.events >= before_.capture.events + 2 * text.length, `${status.capture.events} events`);
    assert.ok(status.profile.progress.keys_learnt > 0, 'something was learnt');
    assert.equal(status.capture.dropped, 0);
  });

  test('pauses and resumes at the person\'s wish', async () => {
    await agent.command('pause', '15m');
    const before_ = await agent.settled();
    assert.deepEqual(before_.paused, { 'for-seconds': 900 });
    await wine.type('nothing of this ');
    assert.equal((await agent.settled()).capture.events, before_.capture.events);
    await agent.command('resume');
    assert.equal((await agent.settled()).paused, null);
  });

  // Its menu cannot be opened here: tray-icon first asks where the icon is, which Wine 8 does not say.
  test('shows its icon', async () => {
    const place = await until('the tray', async () => {
      const { stdout } = await wine.xdotool('search', '--name', 'Wine System Tray', 'getwindowgeometry', '--shell');
      return /X=(\d+)\nY=(\d+)/.exec(stdout);
    }, 10_000, 200);
    const [x, y] = place.slice(1).map(Number);
    await wine.screenshot('tray.png');
    assert.ok(await wine.colours(20, 20, x, y) > 2, 'more than an empty tray');
    assert.equal(await wine.colours(20, 20, x + 60, y), 1, 'an empty place beside it');
  });

  test('leaves its place to the next one when it is ended', async () => {
    const { code } = await agent.command('erase', '--yes');
    assert.equal(code, 0);
    assert.equal((await agent.settled()).profile.progress.keys_learnt, 0);
    await agent.running.stop();
  });

  test('as it is shipped it takes nothing of Wine for hardware', async () => {
    const shipped = new Agent(wine, AGENT);
    await shipped.start('--no-tray');
    await wine.type('the quick brown fox ');
    const status = await shipped.settled();
    assert.ok(status.capture.events > 0);
    assert.equal(status.capture.physical_devices, 0);
    assert.equal(status.profile.progress.keys_learnt, 0);
  });
});
