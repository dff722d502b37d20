//! Debian's Chromium with a profile of its own, driven by playwright. Test servers count as public addresses, so that
//! the browser's rules for a page that calls this computer apply; certificate errors are never ignored.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { trustInChromium } from './certificates.mjs';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--disable-quic', '--no-first-run', '--no-default-browser-check', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-features=Translate',
  '--password-store=basic', '--test-type',
];
const CONTENT_SETTING = { granted: 1, denied: 2 };
// Any moment in Chromium's own count of microseconds; only its presence matters.
const SETTING_MADE_AT = '13300000000000000';

/**
 * Launches a browser.
 *
 * @param {object} options
 *   `dir`: folder of home and profile; `authority`: what it trusts; `publicPorts`: ports on 127.0.0.1 that count as
 *   public; `env`: of the display, or none for a headless browser; `loopback`: `{ origin, state }` with state
 *   'granted' or 'denied' for what the person answered earlier, or nothing for a browser that has not asked yet;
 *   `javaScript`: false turns it off; `wrapper`: a program that runs the browser (it gets path and flags);
 *   `extensions`: folders of unpacked extensions.
 * @returns playwright's persistent context, with `firstPage` added.
 */
export async function launchBrowser({ dir, authority, publicPorts, env, loopback, javaScript = true, wrapper, extensions = [], args = [] }) {
  const home = join(dir, 'home');
  const profile = join(dir, 'profile');
  mkdirSync(home, { recursive: true });
  trustInChromium(authority, home);
  writePreferences(profile, loopback);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: wrapper ?? EXECUTABLE,
    headless: env === undefined,
    viewport: null,
    javaScriptEnabled: javaScript,
    chromiumSandbox: process.getuid() !== 0,
    env: { ...(env ?? process.env), HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache') },
    ignoreDefaultArgs: extensions.length > 0 ? ['--disable-extensions'] : [],
    args: [...FLAGS, ...addressing(publicPorts), ...loading(extensions), '--window-position=0,0', '--window-size=1280,768', ...args],
  });
  context.firstPage = context.pages()[0] ?? await context.newPage();
  return context;
}

/** What the page is told of its permission to call this computer: 'granted', 'denied' or 'prompt'. */
export function loopbackPermission(page) {
  return page.evaluate(async () => (await navigator.permissions.query({ name: 'loopback-network' })).state);
}

function addressing(publicPorts) {
  const overrides = publicPorts.map((port) => `127.0.0.1:${port}=public`).join(',');
  return ['--host-resolver-rules=MAP *.test 127.0.0.1', `--ip-address-space-overrides=${overrides}`];
}

function loading(extensions) {
  const folders = extensions.join(',');
  return folders ? [`--disable-extensions-except=${folders}`, `--load-extension=${folders}`] : [];
}

function writePreferences(profile, loopback) {
  const exceptions = loopback ? loopbackExceptions(loopback) : {};
  mkdirSync(join(profile, 'Default'), { recursive: true });
  // A browser that starts again has its own.
  if (existsSync(join(profile, 'Default', 'Preferences'))) return;
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({
    credentials_enable_service: false,
    profile: { password_manager_enabled: false, content_settings: { exceptions } },
  }));
}

function loopbackExceptions({ origin, state }) {
  const answer = { [`${origin},*`]: { last_modified: SETTING_MADE_AT, setting: CONTENT_SETTING[state] } };
  return { loopback_network: answer, local_network_access: answer };
}
