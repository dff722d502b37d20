//! Signed requests of a real service provider (node-saml), and a client that sends them on a few connections.

import { get } from 'node:https';
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';

/** `count` addresses, each with a request of its own, signed by the org, that forbids interaction. */
export async function signedRequests(org, entryPoint, count) {
  const service = new SAML({
    entryPoint, issuer: org.entityId, callbackUrl: org.acs, idpCert: org.signing.cert, privateKey: org.signing.key,
    signatureAlgorithm: 'sha256', authnRequestBinding: 'HTTP-Redirect', disableRequestedAuthnContext: true,
    identifierFormat: null, passive: true, validateInResponseTo: ValidateInResponseTo.never,
  });
  const urls = [];
  for (let request = 0; request < count; request += 1) {
    urls.push(await service.getAuthorizeUrlAsync(`state-${request}`, undefined, {}));
  }
  return urls;
}

/** Asks all addresses, `connections` at a time; resolves with the pages that came. */
export async function askAll(agent, urls, connections) {
  const answers = [];
  let next = 0;
  const work = async () => {
    while (next < urls.length) {
      const url = urls[next];
      next += 1;
      answers.push(await ask(agent, url));
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return answers;
}

/** How many signatures are in each response; an answer without a response, or unlike the others, is an error. */
export function signaturesIn(pages) {
  const counts = new Set(pages.map((page) => {
    const found = /name="SAMLResponse"\s+value="([^"]+)"/.exec(page);
    if (!found) throw new Error(`no response in: ${page}`);
    return Buffer.from(found[1], 'base64').toString().match(/<(\w+:)?SignatureValue[ >]/g)?.length ?? 0;
  }));
  if (counts.size !== 1) throw new Error(`responses with ${[...counts].join(' and ')} signatures`);
  return [...counts][0];
}

function ask(agent, url) {
  return new Promise((resolve, reject) => {
    const options = { agent, lookup: (_, { all }, done) => (all ? done(null, [LOOPBACK]) : done(null, LOOPBACK.address, 4)) };
    get(url, options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks).toString()));
    }).on('error', reject);
  });
}

const LOOPBACK = { address: '127.0.0.1', family: 4 };
