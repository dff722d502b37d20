//! Nobody is stranded: whatever is missing or refuses, the person's other factor is there within three seconds or at
//! one click, and never a loop. No agent runs here; what needs one is tested where one runs.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, beforeEach, afterEach, describe, test } from 'node:test';

import { startWorld } from './harness.mjs';
import { chooseSelfsame, giveCode, givePassword, landing, reachCheckPage, signIn } from './sign-in.mjs';

const LIMIT_MS = 3000;
/** The ports that agents use; the page asks all of them. */
const PRESENCE_PORTS = [61731, 61732, 61733, 61734, 61735, 61736, 61737, 61738];
const OTHER_METHOD = 'button:text("Use another method")';

describe('without an answer from this computer', () => {
  let world;
  let browser;
  let profiles = 0;

  /** A browser that this test alone uses: an earlier failure counts against the browser it happened in. */
  async function freshBrowser(options) {
    profiles += 1;
    browser = await world.browser({ name: `browser-${profiles}`, ...options });
    return browser.firstPage;
  }

  before(async () => { world = await startWorld('stranding', { desktop: false }); });
  after(() => world?.close());
  beforeEach(() => { browser = null; });
  afterEach(() => browser?.close());

  for (const loopback of ['granted', 'denied']) {
    test(`the other factor is there within three seconds, permission ${loopback}`, async () => {
      const page = await freshBrowser({ loopback });
      const { outcome, tookMs } = await signIn(page, world.org);
      assert.equal(outcome, 'other factor');
      assert.ok(tookMs <= LIMIT_MS, `it took ${tookMs} ms`);
      await giveCode(page, world.org);
    });
  }

  test('a page whose permission is open asks nothing by itself and leaves at one click', async () => {
    const page = await freshBrowser({ loopback: 'prompt' });
    const asked = countRequestsTo(page, 'http://127.0.0.1:');
    await reachCheckPage(page, world.org);
    await page.waitForSelector('#allow');
    await page.waitForTimeout(500);
    assert.equal(asked.count, 0);
    await page.screenshot({ path: `${world.dir}/permission.png` });
    await page.click(OTHER_METHOD);
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('a person who refuses the permission gets the other factor', async (context) => {
    const page = await freshBrowser({ loopback: 'prompt' });
    await squat(PRESENCE_PORTS, context);
    await reachCheckPage(page, world.org);
    // Without a window to ask in, Chromium refuses for the person.
    await page.click('#allow');
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('programs that hold all the ports and say nothing cost three seconds at most', async (context) => {
    await squat(PRESENCE_PORTS, context);
    const page = await freshBrowser();
    const asked = countRequestsTo(page, 'http://127.0.0.1:');
    assert.equal((await signIn(page, world.org)).outcome, 'other factor');
    assert.equal(asked.count, PRESENCE_PORTS.length);
    const tookMs = world.org.outcomes.at(-1).at - asked.firstAt;
    assert.ok(tookMs <= LIMIT_MS, `it took ${tookMs} ms from the page's first question`);
  });

  test('a browser without JavaScript leaves at one click', async () => {
    const page = await freshBrowser({ javaScript: false });
    await givePassword(page, world.org);
    await page.click('#selfsame');
    await page.click('button:text("Continue")');
    await page.waitForSelector('noscript, .note');
    await page.screenshot({ path: `${world.dir}/no-javascript.png` });
    await page.click(OTHER_METHOD);
    await page.click('button:text("Continue to")');
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('a private window leaves at one click', async () => {
    const page = await freshBrowser({ loopback: 'prompt', args: ['--incognito'] });
    await reachCheckPage(page, world.org);
    await page.click(OTHER_METHOD);
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('two tabs each come to their own end', async () => {
    const first = await freshBrowser({ loopback: 'prompt' });
    const second = await browser.newPage();
    await reachCheckPage(first, world.org);
    await second.goto(`${world.org.origin}/factors`);
    await chooseSelfsame(second);
    await second.waitForURL(/\/check\//);
    for (const page of [first, second]) {
      await page.bringToFront();
      await page.click(OTHER_METHOD);
      assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
    }
  });

  test('a reload keeps the way out', async () => {
    const page = await freshBrowser({ loopback: 'prompt' });
    await reachCheckPage(page, world.org);
    await page.reload();
    await page.click(OTHER_METHOD);
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('going back after the end never asks again by itself and never loses the way forward', async () => {
    const page = await freshBrowser({ loopback: 'prompt' });
    await reachCheckPage(page, world.org);
    await page.click(OTHER_METHOD);
    await landing(page, world.org, LIMIT_MS);
    const outcomes = world.org.outcomes.length;
    await page.goBack();
    await page.waitForTimeout(1000);
    await page.screenshot({ path: `${world.dir}/back.png` });
    assert.equal(world.org.outcomes.length, outcomes, 'going back answered the check once more');
    await page.goForward();
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('a server that was restarted under an open page still leads to the other factor', async () => {
    const page = await freshBrowser({ loopback: 'prompt' });
    await reachCheckPage(page, world.org);
    await world.idp.stop('SIGKILL');
    await world.idp.serve();
    await page.click(OTHER_METHOD);
    await page.screenshot({ path: `${world.dir}/restarted.png` });
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });

  test('the third failure in a row stops at a page that waits for a click', async () => {
    const page = await freshBrowser({ loopback: 'denied' });
    for (let failure = 0; failure < 2; failure += 1) await signIn(page, world.org);
    await reachCheckPage(page, world.org);
    await page.waitForTimeout(LIMIT_MS);
    assert.equal(new URL(page.url()).origin, world.idp.origin);
    await page.screenshot({ path: `${world.dir}/third-time.png` });
    await page.click(OTHER_METHOD);
    assert.equal(await landing(page, world.org, LIMIT_MS), 'other factor');
  });
});

function countRequestsTo(page, prefix) {
  const seen = { count: 0, firstAt: null };
  page.on('request', (request) => {
    if (!request.url().startsWith(prefix)) return;
    seen.count += 1;
    seen.firstAt ??= Date.now();
  });
  return seen;
}

/** Listens on the ports until the test is over, and never says a word. */
async function squat(ports, context) {
  const sockets = new Set();
  await Promise.all(ports.map((port) => new Promise((resolve, reject) => {
    const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
    context.after(() => server.close());
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  })));
  context.after(() => sockets.forEach((socket) => socket.destroy()));
}
