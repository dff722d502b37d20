//! A relying party that nobody here wrote: openid-client behind a small command, JSON in and JSON out.
//!
//!     openid-client-rp.mjs start    reads { issuer, client_id, secret?, auth, redirect_uri }, prints { url, checks }
//!     openid-client-rp.mjs finish   reads the same with { callback, checks } and prints { claims } or { error }
//!
//! `auth` is 'basic', 'post' or 'none'. Node trusts the server's authority by NODE_EXTRA_CA_CERTS.

import { webcrypto } from 'node:crypto';
import { json } from 'node:stream/consumers';
import * as openid from 'openid-client';

// The oldest Node that the tests are run with keeps it to itself.
globalThis.crypto ??= webcrypto;

const AUTHENTICATION = { basic: openid.ClientSecretBasic, post: openid.ClientSecretPost, none: openid.None };

async function start(party, { redirect_uri: redirectUri }) {
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
  };
  const url = openid.buildAuthorizationUrl(party, {
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  return { url: url.href, checks };
}

async function finish(party, { callback, checks }) {
  try {
    const tokens = await openid.authorizationCodeGrant(party, new URL(callback), { ...checks, idTokenExpected: true, maxAge: 300 });
    return { claims: tokens.claims() };
  } catch (error) {
    return { error: error.error ?? error.code ?? error.message };
  }
}

const asked = await json(process.stdin);
const authentication = AUTHENTICATION[asked.auth](asked.secret);
const party = await openid.discovery(new URL(asked.issuer), asked.client_id, undefined, authentication);
const command = { start, finish }[process.argv[2]];
console.log(JSON.stringify(await command(party, asked)));
