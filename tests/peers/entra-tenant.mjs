//! A tenant of Entra ID that nobody here wrote, as far as a provider of an external method sees it: npm's oidc-provider
//! publishes its keys and signs its hints, and openid-client judges what it is told.
//!
//! Reads { tls: { cert, key }, issuer, application, provider: { issuer, client_id }, redirect_uri, claims } and prints
//! { port } once it listens. Then over TLS:
//!
//!     GET  /.well-known/openid-configuration and what it leads to   oidc-provider's own
//!     POST /begin    reads { person: { sub, oid, tid } }, answers { action, fields, checks }
//!     POST /finish   reads { form, checks }, answers { claims } or { error }

import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import * as openid from 'openid-client';

globalThis.crypto ??= webcrypto;

async function makeProvider({ issuer, application }) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const client = {
    client_id: application, grant_types: [], response_types: [], redirect_uris: [], token_endpoint_auth_method: 'none',
  };
  return new Provider(issuer, { clients: [client], jwks: { keys: [await exportJWK(privateKey)] } });
}

/** A hint as Microsoft issues it: about one person, for the application that stands for us, expired already. */
async function hint(provider, application, { sub, ...names }) {
  const token = new provider.IdToken({ sub }, { client: await provider.Client.find(application) });
  token.scope = 'openid';
  for (const [name, value] of Object.entries(names)) token.set(name, value);
  return token.issue({ use: 'idtoken', expiresAt: Math.floor(Date.now() / 1000) - 1 });
}

async function begin({ provider, party, settings }, { person }) {
  const checks = { nonce: openid.randomNonce(), state: openid.randomState() };
  const fields = {
    ...checks, scope: 'openid', response_type: 'id_token', response_mode: 'form_post',
    client_id: settings.provider.client_id, redirect_uri: settings.redirect_uri, claims: settings.claims,
    id_token_hint: await hint(provider, settings.application, person),
  };
  return { action: party.serverMetadata().authorization_endpoint, fields, checks };
}

async function finish({ party, settings }, { form, checks }) {
  const body = new URLSearchParams(form);
  const request = new Request(settings.redirect_uri, { method: 'POST', body });
  try {
    return { claims: await openid.implicitAuthentication(party, request, checks.nonce, { expectedState: checks.state }) };
  } catch (error) {
    return { error: error.error ?? error.code ?? error.message };
  }
}

async function discover({ issuer, client_id: clientId }) {
  const party = await openid.discovery(new URL(issuer), clientId, undefined, openid.None());
  openid.useIdTokenResponseType(party);
  return party;
}

const [line] = await once(createInterface({ input: process.stdin }), 'line');
const settings = JSON.parse(line);
const tenant = { settings, provider: await makeProvider(settings), party: await discover(settings.provider) };
const commands = { '/begin': begin, '/finish': finish };
const own = tenant.provider.callback();
const tls = { cert: readFileSync(settings.tls.cert), key: readFileSync(settings.tls.key) };
const server = createServer(tls, async (request, response) => {
  const command = commands[request.url];
  if (!command) return own(request, response);
  return response.end(JSON.stringify(await command(tenant, await json(request))));
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
