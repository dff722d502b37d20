//! The browser extension in a real browser, with the agent beside it: it leads, loopback follows, and nobody else is
//! answered by its way.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { HOST, Extension, endWorker, strangeExtension, workerOf } from './extension.mjs';
import { startWorld } from './harness.mjs';
import { until } from './processes.mjs';
import { run } from './programs.mjs';
import { landing, reachCheckPage, signIn } from './sign-in.mjs';

/** How long a page waits for an answer that must not come. */
const SILENCE_MS = 1500;

describe('with the browser extension', () => {
  let world;
  let agent;
  let extension;
  let browser;
  let profiles = 0;

  before(async () => {
    world = await startWorld('extension');
    agent = await world.enrolledAgent();
    extension = await Extension.build(world);
  });
  after(() => world?.close());
  afterEach(async () => {
    await browser?.close();
    browser = null;
  });

  /** A browser of this test alone: an earlier failure counts against the browser it happened in. */
  async function freshBrowser(options) {
    profiles += 1;
    browser = await extension.browser({ name: `browser-${profiles}`, agent, ...options });
    return browser.firstPage;
  }

  async function lastAnswer() {
    const { details } = (await world.idp.audit()).filter((record) => record.action.startsWith('check-')).at(-1);
    return [details.channel, details.verdict];
  }

  test('the agent is asked by native messaging, where the page may not call this computer', async () => {
    const page = await freshBrowser({ loopback: 'denied' });
    assert.equal((await signIn(page, world.org)).outcome, 'other factor');
    assert.deepEqual(await lastAnswer(), ['extension', 'unsure']);
  });

  test('the person is asked for no permission, and again none after the browser was started anew', async () => {
    for (let start = 0; start < 2; start += 1) {
      browser = await extension.browser({ name: 'restarted', agent, loopback: 'prompt' });
      assert.equal((await signIn(browser.firstPage, world.org)).outcome, 'other factor');
      assert.deepEqual(await lastAnswer(), ['extension', 'unsure']);
      await browser.close();
    }
  });

  test('loopback answers where the browser finds no agent for the extension', async () => {
    const page = await freshBrowser({ agent: null });
    assert.equal((await signIn(page, world.org)).outcome, 'other factor');
    assert.deepEqual(await lastAnswer(), ['loopback', 'unsure']);
  });

  test('loopback answers when the extension is switched off under the open page', async () => {
    const page = await freshBrowser();
    await page.route('**/assets/check.js*', async (route) => {
      await switchOff(browser, extension.id);
      await route.continue();
    });
    assert.equal((await signIn(page, world.org)).outcome, 'other factor');
    assert.deepEqual(await lastAnswer(), ['loopback', 'unsure']);
  });

  test('loopback answers in the same check when the worker is ended in the middle of it', async () => {
    const page = await freshBrowser();
    process.kill(agent.pid, 'SIGSTOP');
    try {
      await reachCheckPage(page, world.org);
      await until('the host is there', async () => (await hosts()).length > 0);
      await endWorker(browser, extension.id);
    } finally {
      process.kill(agent.pid, 'SIGCONT');
    }
    assert.equal(await landing(page, world.org), 'other factor');
    assert.deepEqual(await lastAnswer(), ['loopback', 'unsure']);
  });

  test('an agent that does not run leaves the other factor', async () => {
    await agent.stop();
    const page = await freshBrowser();
    const { outcome } = await signIn(page, world.org);
    await agent.start();
    assert.equal(outcome, 'other factor');
  });

  describe('a challenge in the wrong hands', () => {
    let page;
    let challenge;

    /** Holds a check page before its own script asks, and takes its challenge. */
    async function takeChallenge(options) {
      page = await freshBrowser(options);
      await page.route('**/assets/check.js*', (route) => route.abort());
      await reachCheckPage(page, world.org);
      challenge = await page.evaluate(() => document.getElementById('check').dataset.challenge);
    }

    /** What a document at this address gets when it asks, in a frame of the org's page or by itself. */
    async function ask(address, { framed = false } = {}) {
      await browser.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<p>a page</p>' }));
      const asking = await browser.newPage();
      await asking.goto(framed ? `${world.org.origin}/` : address);
      if (framed) await asking.evaluate((source) => { document.body.append(Object.assign(document.createElement('iframe'), { src: source })); }, address);
      const frame = framed ? await until('the frame', () => asking.frames().find((one) => one.url() === address)) : asking.mainFrame();
      await frame.waitForLoadState();
      return frame.evaluate(askBy, [challenge, world.idp.origin, SILENCE_MS]);
    }

    test('is answered to the identity provider’s own page, in the top frame', async () => {
      await takeChallenge();
      assert.match(await ask(`${world.idp.origin}/check/page`), /^ey/);
    });

    test('is not answered to a frame of that page', async () => {
      await takeChallenge();
      assert.equal(await ask(`${world.idp.origin}/check/frame`, { framed: true }), 'silence');
    });

    test('is not answered to a page of another origin, whatever origin it names', async () => {
      await takeChallenge();
      assert.equal(await ask(`${world.org.origin}/check/page`), 'silence');
    });

    test('is not answered to another port of the same host', async () => {
      await takeChallenge();
      assert.equal(await ask(`https://${new URL(world.idp.origin).hostname}:${world.org.port}/check/page`), 'null');
    });

    test('is not answered to a second extension, even where the person’s own folder lets it in', async () => {
      const { folder, id } = strangeExtension(world.dir);
      for (const allowed of [[], [id]]) {
        await takeChallenge({ others: [folder], allowed });
        const strange = await workerOf(browser, id);
        const got = await strange.evaluate(askAsExtension, [HOST, extension.id, challenge, world.idp.origin]);
        assert.match(got.host, allowed.length > 0 ? /exited/ : /forbidden/);
        assert.match(got.worker, /Receiving end does not exist/);
        await browser.close();
      }
    });

    test('is not answered to a program that starts the host itself', async () => {
      await takeChallenge();
      const wish = { ask: 'presence', challenge, origin: world.idp.origin };
      const input = framed({ v: 1, wish });
      const { stdout } = await run(agent.program, ['native-host', `chrome-extension://${extension.id}/`], { env: agent.env, input });
      assert.deepEqual(JSON.parse(stdout.slice(4)), { v: 1, failed: 'refused' });
    });
  });
});

/** Asks the extension from a page as the check page does, and says what came: the proof, 'null', or 'silence'. */
function askBy([challenge, origin, silenceMs]) {
  return new Promise((resolve) => {
    window.addEventListener('message', ({ data }) => { if (data.type === 'selfsame-proof') resolve(String(data.proof)); });
    window.postMessage({ type: 'selfsame-challenge', challenge, origin, url: origin, sender: { origin, url: origin } }, '*');
    setTimeout(() => resolve('silence'), silenceMs);
  });
}

/** Asks the host, and the other extension's worker, from a worker. */
async function askAsExtension([host, id, challenge, origin]) {
  const wish = { ask: 'presence', challenge, origin };
  const said = (asked) => asked.then((answer) => JSON.stringify(answer), (error) => error.message);
  return {
    host: await said(chrome.runtime.sendNativeMessage(host, { v: 1, wish })),
    worker: await said(chrome.runtime.sendMessage(id, { challenge, origin })),
  };
}

async function switchOff(browser, id) {
  const page = await browser.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate((one) => chrome.management.setEnabled(one, false), id);
  await page.close();
}

/** The native messaging hosts that run. */
async function hosts() {
  const { stdout } = await run('pgrep', ['--full', 'native-host chrome-extension://']);
  return stdout.split('\n').filter(Boolean);
}

function framed(message) {
  const text = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text]);
}
