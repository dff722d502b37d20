//! The console in a real browser: nothing for axe-core to find on any page, without JavaScript, by keyboard, dark and
//! light, on a phone and on a wide screen.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { launchBrowser } from './browser.mjs';
import { issueServerCertificate, makeAuthority } from './certificates.mjs';
import { fillConsole } from './console-scene.mjs';
import { freshFolder } from './folders.mjs';
import { IdentityProvider, freePort } from './idp.mjs';
import { Processes } from './processes.mjs';
import { IDP, runJson } from './programs.mjs';

const HOST = 'check.selfsame.test';
const CONSOLE_HOST = 'console.selfsame.test';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// What axe-core finds depends on colours and on whether a table is one: a wide screen adds nothing.
const LOOKS = [
  { name: 'light', width: 1280, height: 800, colorScheme: 'light', axe: true },
  { name: 'dark', width: 1280, height: 800, colorScheme: 'dark', axe: true },
  { name: 'phone', width: 360, height: 740, colorScheme: 'light', axe: true },
  { name: 'wide', width: 1920, height: 1000, colorScheme: 'dark', axe: false },
];

describe('the console', { timeout: 300_000 }, () => {
  const dir = freshFolder('console');
  const world = { pages: {} };

  before(async () => {
    world.processes = new Processes(`${dir}/logs`);
    const authority = makeAuthority(`${dir}/ca`);
    const tls = issueServerCertificate(authority, [HOST, CONSOLE_HOST]);
    world.idp = await IdentityProvider.init({ processes: world.processes, dir, hostname: HOST, tls, authority });
    const port = await freePort();
    world.origin = `https://${CONSOLE_HOST}:${port}`;
    world.idp.setting('console_origin', world.origin);
    const example = fillConsole(`${world.idp.data}/selfsame.db`);
    await world.idp.command('token', 'create', '--user', 'mia@acme.example');
    await runJson(IDP, ['console', 'person', 'put', 'eve@acme.example', '--role', 'helpdesk', '--data', world.idp.data, '--json']);
    await world.idp.serve('--console-listen', `127.0.0.1:${port}`);
    world.launch = (name, options) => launchBrowser({ dir: `${dir}/${name}`, authority, publicPorts: [port], ...options });
    world.browser = await world.launch('browser');
    world.page = world.browser.firstPage;
    world.pages = pagesOf(example);
    world.lost = example.lost;
  });

  after(async () => {
    await world.browser?.close();
    await world.processes?.stopAll();
  });

  test('is opened by a link and a click', async () => {
    const { page, idp } = world;
    const { link } = await idp.command('console', 'link');
    await page.goto(link);
    await look(page, 'link');
    await page.click('text=Sign in');
    await page.waitForURL(`${world.origin}/`);
    assert.equal(await page.textContent('h1'), 'Overview');
  });

  test('works without JavaScript', async () => {
    const browser = await world.launch('without-javascript', { javaScript: false });
    const { link } = await world.idp.command('console', 'link');
    await browser.firstPage.goto(link);
    await browser.firstPage.click('text=Sign in');
    await browser.firstPage.click('nav >> text=People');
    await browser.firstPage.fill('input[name=q]', 'kim');
    await browser.firstPage.click('text=Search');
    assert.match(await browser.firstPage.textContent('table'), /kim@acme\.example/);
    await browser.close();
  });

  test('has nothing that axe-core finds on any page, and each is looked at', async () => {
    for (const [name, path] of Object.entries(world.pages)) await look(await opened(path), name);
  });

  test('leads by keyboard alone from the first page to another and over the navigation', async () => {
    const page = await opened('/');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to the content');
    for (let n = 0; n < 20 && (await focused(page)) !== 'Audit log'; n += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${world.origin}/audit`);
    assert.match(await page.textContent('main'), /The chain holds/);
  });

  test('makes a token that is seen once, and revokes a device after asking why', async () => {
    const page = await opened('/tokens');
    await page.click('text=Make a token');
    await page.fill('input[name=login]', 'noa@acme.example');
    await page.click('button:has-text("Make the token")');
    assert.match(await page.textContent('.secret'), /^sse_/);
    await look(page, 'token-made');
    await opened(`/devices/${world.lost}/revoke`);
    await page.fill('input[name=because]', 'lost on a train');
    await page.click('text=Revoke it for good');
    await page.waitForURL(`${world.origin}/devices/${world.lost}`);
    assert.match(await page.textContent('main'), /Revoked/);
    const [revoked, created] = (await world.idp.audit(2)).reverse();
    assert.deepEqual([created.action, created.actor], ['token-created', 'console:owner']);
    assert.deepEqual([revoked.action, revoked.details.because], ['device-revoked', 'lost on a train']);
  });

  test('shows a helpdesk its own pages alone, and says so where it may not go', async () => {
    const { link } = await world.idp.command('console', 'link', '--user', 'eve@acme.example');
    const browser = await world.launch('helpdesk');
    await browser.firstPage.goto(link);
    await browser.firstPage.click('text=Sign in');
    assert.doesNotMatch(await browser.firstPage.textContent('nav'), /Audit log|Access/);
    assert.equal((await browser.firstPage.goto(`${world.origin}/audit`)).status(), 403);
    await look(browser.firstPage, 'not-allowed');
    await browser.close();
  });

  test('fetches nothing from elsewhere', async () => {
    const asked = new Set();
    const note = (request) => asked.add(new URL(request.url()).origin);
    world.page.on('request', note);
    for (const path of Object.values(world.pages)) await opened(path);
    world.page.off('request', note);
    assert.deepEqual([...asked], [world.origin]);
  });

  test('lets go of the browser by its button', async () => {
    const page = await opened('/');
    await page.click('text=Sign out');
    assert.equal(await page.textContent('h1'), 'You are signed out');
    assert.equal((await page.goto(`${world.origin}/`)).status(), 401);
    await look(page, 'signed-out');
  });

  async function opened(path) {
    const answer = await world.page.goto(`${world.origin}${path}`);
    assert.equal(answer.status(), 200, path);
    return world.page;
  }

  /** Screenshots in every look, and no violation in any. */
  async function look(page, name) {
    for (const { name: kind, width, height, colorScheme, axe } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${dir}/${name}-${kind}.png`, fullPage: true });
      if (axe) assert.deepEqual(await violations(page), [], `${name}, ${kind}`);
      const wider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
      assert.equal(wider, false, `${name}, ${kind} is wider than its window`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});

/** What axe-core finds, in short. The page's own policy forbids scripts; the debugger may run one. */
function violations(page) {
  return page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
}

function focused(page) {
  return page.evaluate('document.activeElement.textContent');
}

function pagesOf({ device, service }) {
  return {
    overview: '/', people: '/people', person: '/people/1', nobody: '/people?q=zzz', devices: '/devices',
    broken: '/devices?show=broken', device: `/devices/${device}`, services: '/services',
    service: `/service?id=${encodeURIComponent(service)}`, events: '/events', event: '/events/5', audit: '/audit',
    tokens: '/tokens', certificates: '/certificates', health: '/health', access: '/access',
    revoke: `/devices/${device}/revoke`, 'new-token': '/tokens/new', observe: `/service/observe?id=${encodeURIComponent(service)}`,
    'remove-access': '/access/2/remove',
  };
}
