//! The SAML factor: requests made and responses judged by node-saml, one instance for each browser session,
//! so that a response to another browser's request is unknown to it by construction.

import { SAML, SamlStatusError, ValidateInResponseTo, generateServiceProviderMetadata } from '@node-saml/node-saml';

const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/** The service provider's own metadata, for the identity provider's administrator. */
export function spMetadata(org) {
  return generateServiceProviderMetadata({
    issuer: org.entityId,
    callbackUrl: org.acs,
    identifierFormat: UNSPECIFIED,
    wantAssertionsSigned: true,
    privateKey: org.signing.key,
    publicCerts: org.signing.cert,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
  });
}

/** A node-saml instance whose memory of sent requests is that of one browser session. */
export function newFactor(org) {
  const { identityProvider, binding } = org;
  const entryPoint = identityProvider.sso[binding];
  if (!entryPoint) throw new Error(`the identity provider offers no ${binding} binding`);
  return new SAML({
    entryPoint,
    idpIssuer: identityProvider.entityId,
    idpCert: identityProvider.certificates,
    issuer: org.entityId,
    callbackUrl: org.acs,
    privateKey: org.signing.key,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    identifierFormat: UNSPECIFIED,
    authnRequestBinding: binding,
    skipRequestCompression: binding === 'HTTP-POST',
    disableRequestedAuthnContext: true,
    forceAuthn: true,
    validateInResponseTo: ValidateInResponseTo.always,
    requestIdExpirationPeriodMs: 5 * 60 * 1000,
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
    acceptedClockSkewMs: 2000,
  });
}

/**
 * Judges what arrived at the assertion consumer service.
 * Returns `{ result: 'success', profile }`, `{ result: 'refused', status }` or `{ result: 'invalid', reason }`.
 */
export async function judge(factor, form, expectedLogin) {
  try {
    const { profile } = await factor.validatePostResponseAsync(form);
    if (!profile) return { result: 'invalid', reason: 'no assertion' };
    if (profile.nameID !== expectedLogin) {
      return { result: 'invalid', reason: `the assertion is about ${profile.nameID}` };
    }
    return { result: 'success', profile };
  } catch (error) {
    if (error instanceof SamlStatusError) return { result: 'refused', status: nestedStatus(error) };
    return { result: 'invalid', reason: error.message };
  }
}

function nestedStatus(error) {
  const codes = [...error.xmlStatus.matchAll(/status:(\w+)"/g)].map((match) => match[1]);
  return codes.at(-1) ?? 'unknown';
}
