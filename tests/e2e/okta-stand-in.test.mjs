//! The stand-in org proved on its own, against an identity provider made of npm's samlp.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { after, before, describe, test } from 'node:test';

import { startOktaStandIn } from '../peers/okta-stand-in.mjs';
import { startSamlpIdp } from '../peers/samlp-idp.mjs';
import { launchBrowser } from './browser.mjs';
import { issueServerCertificate, makeAuthority, makeSigningPair } from './certificates.mjs';
import { freshFolder } from './folders.mjs';
import { keepPosted, postForm } from './forms.mjs';
import { chooseSelfsame, giveCode, givePassword, landing, signIn } from './sign-in.mjs';

const ORG_HOST = 'acme-login.test';
const IDP_HOST = 'idp.throwaway.test';

describe('the stand-in org', () => {
  const dir = freshFolder('okta-stand-in');
  const world = {};

  before(async () => {
    world.authority = makeAuthority(`${dir}/ca`);
    world.tls = issueServerCertificate(world.authority, [ORG_HOST, IDP_HOST, 'hooks.test']);
    const signing = makeSigningPair(`${dir}/keys`, 'org');
    world.org = await startOktaStandIn({
      dir, hostname: ORG_HOST, tls: world.tls, signing, caFile: world.authority.cert,
    });
    world.idp = await startSamlpIdp({
      hostname: IDP_HOST, tls: world.tls, signing: makeSigningPair(`${dir}/keys`, 'idp'),
      serviceCert: signing.cert, login: 'alice@acme.test',
    });
    world.org.trust(world.idp.metadataXml);
    world.browser = await launchBrowser({
      dir: `${dir}/browser`, authority: world.authority, publicPorts: [world.org.port, world.idp.port],
    });
    world.page = world.browser.firstPage;
  });

  after(async () => {
    await world.browser?.close();
    await world.org?.close();
    await world.idp?.close();
  });

  test('signs a person in when the signed response is about that person', async () => {
    world.idp.answer = 'confirm';
    assert.equal((await signIn(world.page, world.org)).outcome, 'signed in');
    assert.match(await world.page.textContent('#signed-in'), /alice@acme\.test/);
    await world.page.screenshot({ path: `${dir}/signed-in.png` });
  });

  test('posts its request with its own origin', () => {
    assert.deepEqual(world.idp.received.at(-1), { method: 'POST', origin: world.org.origin });
  });

  test('offers the code when the identity provider refuses', async () => {
    world.idp.answer = 'refuse';
    assert.equal((await signIn(world.page, world.org)).outcome, 'other factor');
    assert.match(await world.page.textContent('#note'), /did not confirm/);
    assert.equal(world.org.outcomes.at(-1).status, 'AuthnFailed');
    await world.page.screenshot({ path: `${dir}/refused.png` });
    await giveCode(world.page, world.org);
  });

  test('does not accept a response about somebody else', async () => {
    world.idp.answer = 'confirm';
    world.idp.login = 'bob@acme.test';
    assert.equal((await signIn(world.page, world.org)).outcome, 'invalid');
    world.idp.login = 'alice@acme.test';
  });

  test('signs a person in through the redirect binding', async () => {
    world.org.binding = 'HTTP-Redirect';
    assert.equal((await signIn(world.page, world.org)).outcome, 'signed in');
    assert.equal(world.idp.received.at(-1).method, 'GET');
    world.org.binding = 'HTTP-POST';
  });

  test('does not accept a response to the request of another browser', async () => {
    const posted = await captureResponse(world);
    const stranger = await launchBrowser({
      dir: `${dir}/stranger`, authority: world.authority, publicPorts: [world.org.port, world.idp.port],
    });
    await givePassword(stranger.firstPage, world.org);
    await postToOrg(stranger.firstPage, world.org, posted);
    assert.equal(await landing(stranger.firstPage, world.org), 'invalid');
    await stranger.close();
  });

  test('does not accept the same response twice', async () => {
    const posted = await captureResponse(world);
    await postToOrg(world.page, world.org, posted);
    assert.equal(await landing(world.page, world.org), 'signed in');
    await postToOrg(world.page, world.org, posted);
    assert.equal(await landing(world.page, world.org), 'invalid');
  });

  test('verifies the event-hook endpoint and then reports the passed factor there', async () => {
    const endpoint = await startHookEndpoint(world.tls);
    await world.org.reportTo(`https://hooks.test:${endpoint.port}/v1/hooks/okta`, 'the-secret');
    world.idp.answer = 'refuse';
    await signIn(world.page, world.org);
    await giveCode(world.page, world.org);
    const [report] = endpoint.reports;
    assert.equal(report.authorization, 'the-secret');
    assert.equal(report.body.data.events[0].actor.alternateId, 'alice@acme.test');
    assert.equal(report.body.data.events[0].eventType, 'user.authentication.auth_via_mfa');
    endpoint.close();
  });
});

/** Goes through the factor, but keeps the response from reaching the org. */
async function captureResponse({ page, org, idp }) {
  idp.answer = 'confirm';
  await givePassword(page, org);
  return keepPosted(page, org.acs, () => chooseSelfsame(page));
}

async function postToOrg(page, org, fields) {
  await postForm(page, org.acs, fields);
  await page.waitForURL(/acme-login\.test/);
}

async function startHookEndpoint(tls) {
  const endpoint = { reports: [] };
  const keys = { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
  const server = createServer(keys, async (request, response) => {
    const challenge = request.headers['x-okta-verification-challenge'];
    if (challenge) return response.end(JSON.stringify({ verification: challenge }));
    let text = '';
    for await (const chunk of request) text += chunk;
    endpoint.reports.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
    return response.writeHead(204).end();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  endpoint.port = server.address().port;
  endpoint.close = () => server.close();
  return endpoint;
}
