//! pysaml2 as the service: its signed requests, by Redirect and by POST, answered by our identity provider, and the
//! answers judged by pysaml2. Without an agent every answer is the signed refusal.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { makeSigningPair } from './certificates.mjs';
import { keepPosted, postForm } from './forms.mjs';
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
    await world.idp.addService(await service.writeMetadata(), 'Acme VPN');
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

/** Sends the request from a page that belongs to nobody, so that a click is due; clicks, and keeps what is posted back. */
function answerTo(page, service, request) {
  return keepPosted(page, service.acs, async () => {
    await page.goto('about:blank');
    if (request.form) await postForm(page, request.url, request.form);
    else await page.goto(request.url);
    await page.locator('button.primary').first().click({ noWaitAfter: true });
  });
}
