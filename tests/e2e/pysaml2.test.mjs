//! pysaml2 proved as a service provider on its own, against an identity provider made of npm's samlp.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { callHttps } from '../peers/okta-stand-in/https-call.mjs';
import { startSamlpIdp } from '../peers/samlp-idp.mjs';
import { issueServerCertificate, makeAuthority, makeSigningPair } from './certificates.mjs';
import { freshFolder } from './folders.mjs';
import { Pysaml2 } from './pysaml2.mjs';

describe('the pysaml2 service provider', () => {
  const dir = freshFolder('pysaml2');
  const world = {};

  before(async () => {
    world.authority = makeAuthority(`${dir}/ca`);
    const signing = makeSigningPair(`${dir}/keys`, 'service');
    world.sp = new Pysaml2({ dir, origin: 'https://vpn.acme-portal.test', signing });
    world.idp = await startSamlpIdp({
      hostname: 'idp.throwaway.test', tls: issueServerCertificate(world.authority, ['idp.throwaway.test']),
      signing: makeSigningPair(`${dir}/keys`, 'idp'), serviceCert: signing.cert, login: 'alice@acme.test',
    });
    writeFileSync(`${dir}/idp.xml`, world.idp.metadataXml);
    world.sp.trust(`${dir}/idp.xml`);
  });

  after(() => world.idp?.close());

  for (const binding of ['redirect', 'post']) {
    test(`accepts the response to its signed request by ${binding}`, async () => {
      const request = await world.sp.request(binding);
      const judged = await world.sp.validate(request.id, await answerTo(world, request));
      assert.deepEqual([judged.valid, judged.name_id], [true, 'alice@acme.test'], judged.error);
    });
  }

  test('does not accept a response to another request', async () => {
    const request = await world.sp.request('redirect');
    const judged = await world.sp.validate('_another', await answerTo(world, request));
    assert.equal(judged.valid, false);
  });

  test('does not accept a response that was changed on the way', async () => {
    const request = await world.sp.request('post');
    const form = await answerTo(world, request);
    const xml = Buffer.from(form.SAMLResponse, 'base64').toString().replaceAll('alice@acme.test', 'mallet@acme.test');
    const judged = await world.sp.validate(request.id, { SAMLResponse: Buffer.from(xml).toString('base64') });
    assert.equal(judged.valid, false);
  });

  test('writes metadata that names its endpoint and asks for signatures', async () => {
    const metadata = readFileSync(await world.sp.writeMetadata(), 'utf8');
    assert.match(metadata, /AuthnRequestsSigned="true"/);
    assert.ok(metadata.includes(world.sp.acs));
  });
});

async function answerTo({ authority }, { url, form }) {
  const body = form ? new URLSearchParams(form).toString() : '';
  const headers = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  const answer = await callHttps({ url, method: form ? 'POST' : 'GET', headers, body, caFile: authority.cert });
  const token = /name="SAMLResponse" value="([^"]+)"/.exec(answer.body);
  assert.ok(token, `no response: ${answer.status} ${answer.body}`);
  return { SAMLResponse: token[1] };
}
