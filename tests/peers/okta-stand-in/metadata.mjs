//! Reads an identity provider's SAML metadata as a service provider's administrator would hand it over.

import { DOMParser } from '@xmldom/xmldom';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const BINDINGS = 'urn:oasis:names:tc:SAML:2.0:bindings:';

/** Returns `{ entityId, certificates: [PEM body…], sso: { 'HTTP-POST': URL, 'HTTP-Redirect': URL } }`. */
export function readIdentityProviderMetadata(xml) {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement;
  const role = root.getElementsByTagNameNS(METADATA, 'IDPSSODescriptor')[0];
  if (!role) throw new Error('the metadata names no identity provider');
  const provider = {
    entityId: root.getAttribute('entityID'),
    certificates: signingCertificates(role),
    sso: singleSignOn(role),
  };
  if (!provider.entityId) throw new Error('the metadata has no entityID');
  if (provider.certificates.length === 0) throw new Error('the metadata has no signing certificate');
  return provider;
}

function signingCertificates(role) {
  return elements(role, METADATA, 'KeyDescriptor')
    .filter((descriptor) => ['', 'signing'].includes(descriptor.getAttribute('use')))
    .flatMap((descriptor) => elements(descriptor, XMLDSIG, 'X509Certificate'))
    .map((certificate) => certificate.textContent.replace(/\s+/g, ''));
}

function singleSignOn(role) {
  return Object.fromEntries(elements(role, METADATA, 'SingleSignOnService').map((service) => [
    service.getAttribute('Binding').replace(BINDINGS, ''),
    service.getAttribute('Location'),
  ]));
}

function elements(parent, namespace, name) {
  return Array.from(parent.getElementsByTagNameNS(namespace, name));
}
