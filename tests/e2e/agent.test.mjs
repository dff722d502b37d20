//! The agent on a desktop, with its provider and a browser: what it senses, what it proves, and how it fails.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { writeFileSync } from 'node:fs';

import { loopbackPermission } from './browser.mjs';
import { startWorld } from './harness.mjs';
import { until } from './processes.mjs';
import { run } from './programs.mjs';
import { landing, reachCheckPage, signIn } from './sign-in.mjs';
import { play } from './typing.mjs';

const LIMIT_MS = 3000;
/** Where Chromium puts "Allow" of its question, in a window at the corner of the screen. */
const ALLOW_AT = ['390', '246'];

describe('an enrolled agent on the nested display', () => {
  let world;
  let agent;
  let browser;

  before(async () => {
    world = await startWorld('agent');
    agent = await world.enrolledAgent();
  });
  after(() => world?.close());
  afterEach(async () => {
    await browser?.close();
    browser = null;
  });

  test('shows itself in the tray and says that it is a demonstration build', async () => {
    await until('the tray has an icon', async () => (await world.desktop.trayItems()).length === 1);
    assert.equal((await agent.status()).demo, true);
  });

  test('keeps its key in the keyring', async () => {
    assert.equal((await agent.status()).vault, 'secret-service');
  });

  test('learns from what a keyboard sends', async () => {
    const before = (await agent.status()).profile.progress.keys_learnt;
    const { keys } = await play(world.desktop, await steadyTypist(world), { sessions: '0..1' });
    const learnt = await keysLearnt(agent, before);
    assert.ok(learnt > keys / 2 && learnt <= keys, `${learnt} of ${keys} keys were learnt`);
  });

  test('learns nothing from what a program injects', async () => {
    const { keys_learnt: before } = (await agent.status()).profile.progress;
    await run('xdotool', ['type', '--delay', '40', 'a program types this line and nobody else'], { env: agent.env });
    await new Promise((resolve) => { setTimeout(resolve, 1500); });
    assert.equal((await agent.status()).profile.progress.keys_learnt, before);
  });

  test('is asked by loopback, and its unsure answer leads to the other factor', async () => {
    browser = await world.browser({ name: 'granted' });
    const { outcome } = await signIn(browser.firstPage, world.org);
    assert.equal(outcome, 'other factor');
    const last = (await world.idp.audit()).at(-1);
    assert.deepEqual([last.details.channel, last.details.verdict], ['loopback', 'unsure']);
  });

  test('is asked after the person has allowed it in the browser', async () => {
    browser = await world.browser({ name: 'asking', loopback: 'prompt' });
    const page = browser.firstPage;
    await reachCheckPage(page, world.org);
    await page.waitForSelector('#allow:visible');
    await page.click('#allow');
    await page.waitForTimeout(1500);
    await world.desktop.screenshot(`${world.dir}/browser-asks.png`);
    const outside = { env: { ...world.desktop.env, DISPLAY: world.desktop.outer } };
    await run('xdotool', ['mousemove', ...ALLOW_AT, 'sleep', '0.3', 'click', '1'], outside);
    assert.equal(await landing(page, world.org), 'other factor');
    assert.equal((await world.idp.audit()).at(-1).details.channel, 'loopback');
    await page.goto(`${world.idp.origin}/healthz`);
    assert.equal(await loopbackPermission(page), 'granted');
  });

  test('costs nothing when the person closes the browser’s question', async () => {
    browser = await world.browser({ name: 'closing', loopback: 'prompt' });
    await reachCheckPage(browser.firstPage, world.org);
    await browser.firstPage.waitForSelector('#allow:visible');
    await browser.firstPage.click('#allow');
    await browser.firstPage.waitForTimeout(1500);
    await run('xdotool', ['key', 'Escape'], { env: { ...world.desktop.env, DISPLAY: world.desktop.outer } });
    assert.equal(await landing(browser.firstPage, world.org, LIMIT_MS), 'other factor');
  });

  test('that is killed leaves the other factor within three seconds', async () => {
    await agent.stop('SIGKILL');
    browser = await world.browser({ name: 'killed' });
    assert.equal((await signIn(browser.firstPage, world.org)).outcome, 'other factor');
    const { tookMs } = world.org.outcomes.at(-1);
    assert.ok(tookMs <= LIMIT_MS, `it took ${tookMs} ms`);
  });
});

async function keysLearnt(agent, before) {
  let learnt = 0;
  await until('keys are learnt', async () => {
    learnt = (await agent.status()).profile.progress.keys_learnt - before;
    return learnt > 0;
  });
  return learnt;
}

/** A person who presses a key every 130 ms and holds each for 80 ms. */
async function steadyTypist({ dir }) {
  const file = `${dir}/steady.csv`;
  const text = 'the quick brown fox jumps over the lazy dog and goes home to sleep until the morning comes';
  const rows = [...text].flatMap((character, index) => {
    const key = character === ' ' ? 'space' : character;
    return [`steady,0,${index * 130},kd,${key},,`, `steady,0,${index * 130 + 80},ku,${key},,`];
  });
  writeFileSync(file, `user,session,t_ms,kind,code,x,y\n${rows.join('\n')}\n`);
  return { keys: { file, user: 'steady' } };
}
