//! A stand-in for an Okta org: password, then a factor, with a real SAML service provider (node-saml) behind it.
//! It knows the identity provider only by its metadata, as Okta does, and reports hard factors by event hooks.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { EventHooks } from './okta-stand-in/event-hooks.mjs';
import { readIdentityProviderMetadata } from './okta-stand-in/metadata.mjs';
import { routes } from './okta-stand-in/routes.mjs';
import { spMetadata } from './okta-stand-in/saml-factor.mjs';
import { Sessions } from './okta-stand-in/sessions.mjs';

/** People of the stand-in org. The code stands for a one-time-password app and never changes. */
export const PEOPLE = [
  { login: 'alice@acme.test', name: 'Alice Berg', password: 'correct horse', code: '314159' },
  { login: 'bob@acme.test', name: 'Bob Carver', password: 'battery staple', code: '271828' },
];

/**
 * Starts the org on 127.0.0.1 and writes its service-provider metadata to `dir`.
 *
 * @param {object} options `{ dir, hostname, tls: {cert, key}, signing: {cert, key}, port?, caFile?,
 *   binding?: 'HTTP-POST' | 'HTTP-Redirect', referrerPolicy?, people? }`; certificates and keys are PEM files.
 * @returns the org: `{ origin, metadataFile, outcomes, people, trust(), reportTo(), close() }`
 */
export async function startOktaStandIn(options) {
  const org = {
    people: options.people ?? PEOPLE,
    sessions: new Sessions(),
    outcomes: [],
    binding: options.binding ?? 'HTTP-POST',
    referrerPolicy: options.referrerPolicy ?? 'strict-origin-when-cross-origin',
    signing: readPair(options.signing),
    identityProvider: null,
    hooks: null,
  };
  const server = createServer(readPair(options.tls), routes(org));
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  org.port = server.address().port;
  org.origin = `https://${options.hostname}:${org.port}`;
  org.entityId = `https://${options.hostname}/saml2/service-provider/spacmestandin0001`;
  org.acs = `${org.origin}/sso/saml2/0oaacmestandin0001`;
  org.metadataFile = join(options.dir, 'okta-stand-in-metadata.xml');
  writeFileSync(org.metadataFile, spMetadata(org));
  org.trust = (metadataXml) => { org.identityProvider = readIdentityProviderMetadata(metadataXml); };
  org.reportTo = async (url, secret) => {
    org.hooks = new EventHooks({ url, secret, caFile: options.caFile, source: org.origin });
    await org.hooks.verify();
  };
  org.close = () => new Promise((resolve) => {
    server.closeAllConnections?.();
    server.close(resolve);
  });
  return org;
}

function readPair({ cert, key }) {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

async function main() {
  const { values } = parseArgs({ options: {
    dir: { type: 'string' }, hostname: { type: 'string' }, port: { type: 'string' },
    'tls-cert': { type: 'string' }, 'tls-key': { type: 'string' },
    'signing-cert': { type: 'string' }, 'signing-key': { type: 'string' },
    'idp-metadata': { type: 'string' }, binding: { type: 'string' },
    'hook-url': { type: 'string' }, 'hook-secret': { type: 'string' }, 'ca-file': { type: 'string' },
  } });
  const org = await startOktaStandIn({
    dir: values.dir, hostname: values.hostname, port: Number(values.port ?? 0), binding: values.binding,
    tls: { cert: values['tls-cert'], key: values['tls-key'] },
    signing: { cert: values['signing-cert'], key: values['signing-key'] }, caFile: values['ca-file'],
  });
  if (values['idp-metadata']) org.trust(readFileSync(values['idp-metadata'], 'utf8'));
  if (values['hook-url']) await org.reportTo(values['hook-url'], values['hook-secret']);
  console.log(JSON.stringify({ origin: org.origin, metadata: org.metadataFile }));
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();
