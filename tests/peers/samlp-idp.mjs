//! A throwaway identity provider made of npm's samlp: it proves the stand-in org without Selfsame, and is a peer for
//! speed. It answers every signed request at once, as its `answer` says.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import samlp from 'samlp';

const AUTHN_FAILED = 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed';

/**
 * Starts it on 127.0.0.1. `options` is `{ hostname, tls, signing, serviceCert, login }`, all PEM file names but the
 * host and the login that it asserts.
 *
 * @returns `{ origin, port, metadataXml, answer: 'confirm' | 'refuse', close() }`
 */
export async function startSamlpIdp({ hostname, tls, signing, serviceCert, login }) {
  const idp = { answer: 'confirm', login, received: [] };
  const keys = { cert: readFileSync(signing.cert, 'utf8'), key: readFileSync(signing.key, 'utf8') };
  const signingCert = readFileSync(serviceCert, 'utf8');
  const server = createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, async (request, response) => {
    try {
      const form = await readForm(request, idp.origin);
      idp.received.push({ method: request.method, origin: request.headers.origin });
      const asked = await parse(form, signingCert);
      const token = await respond(idp, keys, asked);
      response.writeHead(200, { 'content-type': 'text/html' }).end(formPage(asked.assertionConsumerServiceURL, token, form));
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error.message ?? error));
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  idp.port = server.address().port;
  idp.origin = `https://${hostname}:${idp.port}`;
  idp.metadataXml = metadata(idp.origin, keys.cert);
  idp.close = () => new Promise((resolve) => { server.closeAllConnections?.(); server.close(resolve); });
  return idp;
}

async function readForm(request, origin) {
  const url = new URL(request.url, origin);
  const query = Object.fromEntries(url.searchParams);
  if (request.method === 'GET') return { method: 'GET', query, body: {}, relayState: query.RelayState };
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = Object.fromEntries(new URLSearchParams(text));
  return { method: 'POST', query, body, relayState: body.RelayState };
}

function parse(form, signingCert) {
  return new Promise((resolve, reject) => {
    samlp.parseRequest(form, { signingCert, relayState: form.relayState },
      (error, asked) => (error ? reject(error) : resolve(asked)));
  });
}

function respond(idp, { cert, key }, asked) {
  const common = {
    issuer: idp.origin, cert, key, signResponse: true, signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256',
    destination: asked.assertionConsumerServiceURL, inResponseTo: asked.id, audience: asked.issuer,
  };
  if (idp.answer === 'refuse') return refusal(common);
  const options = { ...common, recipient: asked.assertionConsumerServiceURL, lifetimeInSeconds: 120 };
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(options, { id: idp.login, emails: [], name: {} },
      (error, xml) => (error ? reject(error) : resolve(Buffer.from(xml).toString('base64'))));
  });
}

function refusal(common) {
  return new Promise((resolve, reject) => {
    const response = { set() {}, send: (html) => resolve(/name="SAMLResponse"\s+value="([^"]+)"/.exec(html)[1]) };
    const getPostURL = (_, callback) => callback(null, common.destination);
    samlp.sendError({ ...common, getPostURL, error: { code: AUTHN_FAILED } })({}, response, reject);
  });
}

function formPage(action, token, { relayState }) {
  return `<!doctype html><title>samlp</title><form method="post" action="${action}">
    <input type="hidden" name="SAMLResponse" value="${token}"><input type="hidden" name="RelayState" value="${relayState}">
    <button>Continue</button></form><script>document.forms[0].submit();</script>`;
}

function metadata(origin, cert) {
  const body = cert.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
  const service = (binding) => `<md:SingleSignOnService
    Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${origin}/sso"/>`;
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${origin}">
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
    <ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    ${service('HTTP-POST')}${service('HTTP-Redirect')}</md:IDPSSODescriptor></md:EntityDescriptor>`;
}
