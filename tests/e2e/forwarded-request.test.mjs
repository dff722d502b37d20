//! A request that somebody else sent here with the person's browser is not answered behind the person's back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { newFactor } from '../peers/okta-stand-in/saml-factor.mjs';
import { startWorld } from './harness.mjs';

describe('a genuine request that somebody else started', () => {
  let world;
  let page;

  before(async () => {
    world = await startWorld('forwarded-request', { desktop: false });
    page = (await world.browser()).firstPage;
  });
  after(() => world?.close());

  test('is refused when a page of another site posts it', async () => {
    await postFrom(page, 'https://evil.example.test', {}, await genuineRequest(world));
    const url = new URL(page.url());
    assert.equal(url.origin, world.idp.origin);
    assert.doesNotMatch(url.pathname, /^\/check\//);
    await page.screenshot({ path: `${world.dir}/refused-origin.png` });
    assert.ok(!(await world.idp.audit()).some(({ action }) => action === 'check-approved'));
  });

  test('waits for a click when the posting page hides its origin', async () => {
    await postFrom(page, 'https://evil.example.test', { 'referrer-policy': 'no-referrer' }, await genuineRequest(world));
    await page.waitForURL(/\/check\//);
    assert.match(await page.textContent('h1'), /Did you just start signing in/);
    assert.match(await page.textContent('main, body'), /Acme/);
    await page.screenshot({ path: `${world.dir}/click.png` });
  });

  test('waits for a click when it comes as a link', async () => {
    const factor = newFactor({ ...world.org, binding: 'HTTP-Redirect' });
    await page.goto(await factor.getAuthorizeUrlAsync('forwarded', undefined, {}));
    assert.match(await page.textContent('h1'), /Did you just start signing in/);
  });

  test('is a new check for nobody when it is used twice', async () => {
    const fields = await genuineRequest(world);
    await postFrom(page, world.org.origin, {}, fields);
    await page.waitForURL((url) => url.origin !== world.org.origin || url.pathname === '/sso/saml2/0oaacmestandin0001');
    const other = (await world.browser({ name: 'another' })).firstPage;
    await postFrom(other, world.org.origin, {}, fields);
    await other.waitForSelector('button:text("Use another method")');
    assert.match(await other.textContent('h1'), /used before/);
  });
});

/** A request as the org signs it, kept from the browser it was meant for. */
async function genuineRequest({ org }) {
  return { action: org.identityProvider.sso['HTTP-POST'], fields: await newFactor(org).getAuthorizeMessageAsync('forwarded') };
}

/** Posts the request from a page of `origin` that is served with `headers`. */
async function postFrom(page, origin, headers, { action, fields }) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  const body = `<form method="post" action="${action}">${inputs.join('')}<button>go</button></form>`;
  const url = `${origin}/forward`;
  await page.route(url, (route) => route.fulfill({ contentType: 'text/html', headers, body }));
  await page.goto(url);
  await page.click('button');
  await page.waitForURL((next) => next.toString() !== url);
  await page.unroute(url);
}
