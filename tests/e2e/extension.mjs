//! The browser extension of one test: built for the test's identity provider, loaded unpacked, and its way to the agent.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from './folders.mjs';

const run = promisify(execFile);
/** The name of the native messaging host. */
export const HOST = 'org.selfsame.agent';
/** What the packages install, which the tests use but for the program's place. */
const HOST_MANIFEST = join(ROOT, 'packaging/linux/native-messaging/chromium.json');

/** A public key, and the id that Chromium makes of it. */
const STRANGE_KEY = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtXpzL4W/538ICZB6CAYHMyMQWIQecc37YDFgEDOxo5V0Nzk3eP0xLR3w' +
  'G28B78RP5ygzPKw4qhnSt4opayfTbww8CB6a5ZB+1Jno989FfbsYCwiGDgbo3ePC92mQZMGplL/r9eJJyhcV6tPa3l7nKTmUThZj' +
  'pMtZKGogn7b/pnBkr33pRbn6MO7yfmf07FapafPzVA/TRZv34JcEJsTzvnujI5ctNanLJbwQf5EMK9N6fQfT1MD5a2ifhvMqv/UY' +
  'QqL0rYYDXV7UER+I9N0Mof8tlhfHrkG06rsC4SxmWs9cvHwxnX5cw4cYaDYu+odHVVDLAU8aiAl4Uo/aQ/zF7wIDAQAB';
const STRANGE_ID = 'ahbpneoklafhllgkjfaepohmmmlgohdc';

/** The extension for a world's identity provider. */
export class Extension {
  static async build(world) {
    const out = join(world.dir, 'extension');
    await run('node', [join(ROOT, 'extension/build.mjs'), '--origin', world.idp.origin, '--out', out]);
    return new Extension(world, join(out, 'chromium'));
  }

  constructor(world, folder) {
    this.world = world;
    this.folder = folder;
    [, this.id] = /chrome-extension:\/\/([a-p]{32})\//.exec(readFileSync(HOST_MANIFEST, 'utf8'));
  }

  /**
   * A headless browser with the extension.
   *
   * @param options those of `world.browser`, and `agent`: whose host is registered, or null for none; `allowed`: further
   *   extensions that the host's manifest names; `others`: folders of further extensions.
   */
  async browser({ name, agent, allowed = [], others = [], ...more }) {
    if (agent) this.#register(join(this.world.dir, name, 'profile/NativeMessagingHosts'), agent, allowed);
    const browser = await this.world.browser({ name, headless: true, extensions: [this.folder, ...others], ...more });
    browser.worker = await workerOf(browser, this.id);
    return browser;
  }

  #register(folder, agent, allowed) {
    const program = join(this.world.dir, 'native-host');
    // The browser of these tests has another environment than the agent; a person's have the same.
    writeFileSync(program, `#!/bin/sh\nexport XDG_RUNTIME_DIR='${agent.env.XDG_RUNTIME_DIR}' HOME='${agent.env.HOME}'\n`
      + `exec '${agent.program}' native-host "$@"\n`, { mode: 0o755 });
    const manifest = JSON.parse(readFileSync(HOST_MANIFEST, 'utf8'));
    manifest.path = program;
    manifest.allowed_origins.push(...allowed.map((id) => `chrome-extension://${id}/`));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${HOST}.json`), JSON.stringify(manifest));
  }

  /** The address of one of its pages. */
  page(name) { return `chrome-extension://${this.id}/${name}`; }
}

/** The worker of an extension, once it runs. */
export async function workerOf(browser, id) {
  const isIts = (worker) => worker.url().startsWith(`chrome-extension://${id}/`);
  return browser.serviceWorkers().find(isIts) ?? browser.waitForEvent('serviceworker', { predicate: isIts });
}

/** Ends an extension's worker as the browser does when it wants the memory back. */
export async function endWorker(browser, id) {
  const session = await browser.newCDPSession(browser.firstPage);
  const { targetInfos } = await session.send('Target.getTargets');
  const worker = targetInfos.find(({ type, url }) => type === 'service_worker' && url.startsWith(`chrome-extension://${id}/`));
  await session.send('Target.closeTarget', { targetId: worker.targetId });
  await session.detach();
}

/** Writes an extension that only has the permission to start native messaging hosts; returns `{ folder, id }`. */
export function strangeExtension(dir) {
  const folder = join(dir, 'strange-extension');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({
    manifest_version: 3, name: 'strange', version: '1', key: STRANGE_KEY, permissions: ['nativeMessaging'],
    background: { service_worker: 'worker.js' },
  }));
  writeFileSync(join(folder, 'worker.js'), 'self.addEventListener("install", () => {});\n');
  return { folder, id: STRANGE_ID };
}
