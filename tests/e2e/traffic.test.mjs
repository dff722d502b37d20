//! Invariant 1 on the wire: what was typed is in nothing that agent or browser send.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { CANARY, decoded, find, formsOf } from './canary.mjs';
import { startWorld } from './harness.mjs';
import { until } from './processes.mjs';
import { run } from './programs.mjs';
import { signIn } from './sign-in.mjs';

describe('everything that crosses the network', () => {
  let world;
  let agent;

  before(async () => {
    world = await startWorld('traffic', { wiretap: true });
    agent = await world.enrolledAgent();
  });
  after(() => world?.close());

  test('holds the verdict and no form of what was typed', async () => {
    await run('xdotool', ['type', '--delay', '60', CANARY], { env: { ...world.desktop.env, DISPLAY: world.desktop.outer } });
    await until('the typing was seen', async () => (await agent.status()).capture.events >= 2 * CANARY.length);
    const browser = await world.browser();
    assert.equal((await signIn(browser.firstPage, world.org)).outcome, 'other factor');
    await browser.close();
    await agent.stop();

    const sent = world.wiretap.sent().flatMap(decoded);
    assert.ok(sent.some((bytes) => bytes.includes('"verdict":"unsure"')), 'the wiretap sees signed verdicts');
    assert.deepEqual(found([...sent, ...world.wiretap.received()], formsOf(CANARY)), []);
  });
});

test('the search finds every form, near and far apart and written out', () => {
  for (const [name, values] of Object.entries(formsOf(CANARY))) {
    for (const distance of [1, 2, 4, 36]) {
      const bytes = Buffer.alloc(2048, 0xee);
      values.forEach((value, index) => { bytes[50 + index * distance] = value; });
      assert.equal(find(bytes, values), `every ${distance} bytes`, name);
    }
    const written = Buffer.from(JSON.stringify({ keys: values }));
    assert.equal(find(written, values), 'written out', name);
    const hidden = decoded(Buffer.from(`{"x":"${Buffer.from(values).toString('base64url')}"}`));
    assert.ok(hidden.some((bytes) => find(bytes, values)), name);
  }
});

function found(streams, forms) {
  return Object.entries(forms).flatMap(([name, values]) => streams
    .map((bytes) => find(bytes, values))
    .filter(Boolean)
    .map((where) => `${name} ${where}`));
}
