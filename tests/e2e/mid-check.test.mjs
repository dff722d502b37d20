//! What goes wrong between the two legs of a check: the page has the agent's proof in hand, and then something
//! breaks. Each time the person has the other factor within three seconds, and nobody is signed in.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { startWorld } from './harness.mjs';
import { givePassword, chooseSelfsame, landing } from './sign-in.mjs';

// The three seconds of a check, and what a loaded machine needs to show the org's page after them.
const LIMIT_MS = 4000;
// The wall clock alone: what measures spans goes on as it does.
const AN_HOUR_AHEAD = {
  LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1', FAKETIME: '+1h', FAKETIME_DONT_FAKE_MONOTONIC: '1',
};

describe('between proof and verdict', () => {
  let world;
  let agent;
  let browser;
  let profiles = 0;

  before(async () => {
    world = await startWorld('mid-check');
    agent = await world.enrolledAgent();
    await agent.stop();
  });
  after(() => world?.close());
  beforeEach(() => agent.start());
  afterEach(async () => {
    await browser?.close();
    await agent.stop('SIGKILL');
  });

  /** Signs in, and does `harm` when the page is about to hand over the proof. Returns the org's outcome. */
  async function signInWhile(harm) {
    profiles += 1;
    browser = await world.browser({ name: `browser-${profiles}` });
    const page = browser.firstPage;
    let harmedAt = 0;
    await page.route('**/proof', async (route) => {
      await harm();
      harmedAt = Date.now();
      await route.continue();
    });
    await givePassword(page, world.org);
    await chooseSelfsame(page);
    const outcome = await landing(page, world.org);
    assert.ok(harmedAt > 0, 'the agent never gave a proof');
    assert.ok(Date.now() - harmedAt <= LIMIT_MS, `it took ${Date.now() - harmedAt} ms`);
    return outcome;
  }

  async function lastCheck() {
    const records = await world.idp.audit();
    return records.filter((record) => record.action.startsWith('check-')).at(-1);
  }

  test('an agent that is killed leaves the other factor', async () => {
    assert.equal(await signInWhile(() => agent.stop('SIGKILL')), 'other factor');
    assert.equal((await lastCheck()).action, 'check-other-factor');
  });

  test('an agent whose websocket says nothing any more leaves the other factor', async () => {
    const frozen = signInWhile(() => process.kill(agent.pid, 'SIGSTOP'));
    assert.equal(await frozen, 'other factor');
    assert.equal((await lastCheck()).details.rule, 'no-verdict');
  });

  test('an agent whose clock is an hour off is asked like any other', async () => {
    await agent.stop();
    const right = agent.env;
    agent.env = { ...right, ...AN_HOUR_AHEAD, LD_PRELOAD: `${right.LD_PRELOAD}:${AN_HOUR_AHEAD.LD_PRELOAD}` };
    await agent.start();
    const ahead = (await agent.status()).clock_ahead_ms;
    assert.ok(Math.abs(ahead + 3_600_000) < 60_000, `the server is ${ahead} ms ahead`);
    assert.equal(await signInWhile(() => {}), 'other factor');
    agent.env = right;
    const { details } = await lastCheck();
    assert.deepEqual([details.channel, details.verdict], ['loopback', 'unsure']);
  });

  test('a device that is revoked leaves the other factor', async () => {
    const { enrolled } = await agent.status();
    const revoke = async () => {
      const { code, stderr } = await world.idp.attempt('device', 'revoke', enrolled.device);
      assert.equal(code, 0, stderr);
    };
    assert.equal(await signInWhile(revoke), 'other factor');
    assert.equal((await lastCheck()).action, 'check-other-factor');
  });
});
