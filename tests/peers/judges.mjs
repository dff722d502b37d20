//! Service providers that nobody here wrote, as judges of one posted answer: node-saml, samlify and saml2-js.
//!
//! Reads `{ response, issuer, signInUrl, certificate, metadata, entityId, acs }` on standard input (the response in base64, the
//! certificate in PEM, our metadata as XML) and prints `{ judge: { name } | { error } }`.

import { text } from 'node:stream/consumers';

import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import saml2 from 'saml2-js';
import * as samlify from 'samlify';

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

async function nodeSaml({ response, issuer, signInUrl, certificate, entityId, acs }) {
  const saml = new SAML({
    entryPoint: signInUrl,
    idpIssuer: issuer,
    idpCert: certificate,
    issuer: entityId,
    callbackUrl: acs,
    audience: entityId,
    // Whoever asked has its own memory of requests; here one answer is judged by itself.
    validateInResponseTo: ValidateInResponseTo.never,
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
  });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
  return profile.nameID;
}

async function samlifyServiceProvider({ response, metadata, entityId, acs }) {
  // It insists on a schema validator; the schema is judged elsewhere.
  samlify.setSchemaValidator({ validate: async () => 'not looked at' });
  const service = samlify.ServiceProvider({
    entityID: entityId,
    wantAssertionsSigned: true,
    wantMessageSigned: true,
    assertionConsumerService: [{ Binding: POST, Location: acs }],
  });
  const provider = samlify.IdentityProvider({ metadata });
  const { extract } = await service.parseLoginResponse(provider, 'post', { body: { SAMLResponse: response } });
  return extract.nameID;
}

function saml2js({ response, signInUrl, certificate, entityId, acs }) {
  const service = new saml2.ServiceProvider({
    entity_id: entityId, assert_endpoint: acs, allow_unencrypted_assertion: true, notbefore_skew: 1,
  });
  const provider = new saml2.IdentityProvider({ sso_login_url: signInUrl, certificates: [certificate] });
  return new Promise((resolve, reject) => {
    service.post_assert(provider, { request_body: { SAMLResponse: response } }, (error, judged) => {
      if (error) reject(error);
      else resolve(judged.user.name_id);
    });
  });
}

const JUDGES = { 'node-saml': nodeSaml, samlify: samlifyServiceProvider, 'saml2-js': saml2js };

const answer = JSON.parse(await text(process.stdin));
const said = {};
for (const [judge, ask] of Object.entries(JUDGES)) {
  try {
    said[judge] = { name: await ask(answer) };
  } catch (error) {
    said[judge] = { error: error?.message ?? String(error) };
  }
}
process.stdout.write(JSON.stringify(said));
