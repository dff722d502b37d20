//! pysaml2 as the service: its signed requests, by Redirect and by POST, answered by our identity provider, and the
//! answers judged by pysaml2. Without an agent every answer is the signed refusal.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { makeSigningPair } from './certificates.mjs';
import { startWorld } from './harness.mjs';
import { Pysaml2 } from './pysaml2.mjs';

const ORIGIN = 'https://vpn.acme-portal.test';

describe('pysaml2 against our identity provider', () => {
  let world;
  let service;
  let browser;

  before(async () => {
    world = await startWorld('pysaml2-sign-in', { desktop: false });
    service = new Pysaml2({ dir: world.dir, origin: ORIGIN, signing: makeSigningPair(`${world.dir}/keys`, 'vpn') });
    await world.idp.command('sp', 'add', '--metadata', await service.writeMetadata(), '--name', 'Acme VPN');
    service.trust(world.idp.metadataFile);
    browser = await world.browser({ name: 'visitor', loopback: 'denied' });
  });
  after(() => world?.close());

  for (const binding of ['redirect', 'post']) {
    test(`is told in a signed answer that the factor failed, by ${binding}`, async () => {
      const request = await service.request(binding);
      const form = await answerTo(browser.firstPage, service, request);
      const judged = await service.validate(request.id, form);
      assert.equal(judged.valid, false);
      assert.match(judged.error, /AuthnFailed|StatusAuthnFailed/);
    });
  }

  test('refuses a refusal that was changed on the way, for its signature', async () => {
    const request = await service.request('redirect');
    const form = await answerTo(browser.firstPage, service, request);
    const xml = Buffer.from(form.SAMLResponse, 'base64').toString().replace('AuthnFailed', 'RequestDenied');
    const judged = await service.validate(request.id, { SAMLResponse: Buffer.from(xml).toString('base64') });
    assert.equal(judged.valid, false);
    assert.doesNotMatch(judged.error, /RequestDenied/);
  });
});

/** Sends the request as a browser does, clicks through, and keeps what is posted back. */
async function answerTo(page, service, request) {
  let form;
  await page.route(service.acs, (route) => {
    form = Object.fromEntries(new URLSearchParams(route.request().postData()));
    return route.fulfill({ status: 200, contentType: 'text/html', body: '<p id="kept">kept</p>' });
  });
  await page.goto('about:blank');
  if (request.form) await post(page, request);
  else await page.goto(request.url);
  const click = page.locator('button.primary').first();
  await click.waitFor();
  await click.click({ noWaitAfter: true });
  await page.waitForSelector('#kept');
  await page.unroute(service.acs);
  return form;
}

/** Posts from a page without an origin of its own: the identity provider then asks for a click. */
function post(page, { url, form }) {
  return page.evaluate(([action, fields]) => {
    const element = document.createElement('form');
    Object.assign(element, { method: 'post', action });
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      element.append(input);
    }
    document.body.append(element);
    element.submit();
  }, [url, form]);
}
