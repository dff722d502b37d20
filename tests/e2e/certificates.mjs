//! A test certificate authority and the leaf certificates of one test run, made by the openssl command.
//! Chromium trusts the authority through the NSS database of its private home, never by ignoring errors.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAYS_VALID = '7';

/** Makes (or reuses) the authority in `dir`; returns `{ dir, cert, key }`, both PEM files. */
export function makeAuthority(dir) {
  mkdirSync(dir, { recursive: true });
  const authority = { dir, cert: join(dir, 'ca.crt'), key: join(dir, 'ca.key') };
  if (existsSync(authority.cert)) return authority;
  newKey(authority.key);
  openssl('req', '-x509', '-new', '-key', authority.key, '-sha256', '-days', DAYS_VALID,
    '-subj', '/CN=Selfsame test authority', '-out', authority.cert,
    '-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0',
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  return authority;
}

/** Issues a TLS server certificate for the host names; returns `{ cert, key }`, both PEM files. */
export function issueServerCertificate(authority, hostnames) {
  const base = join(authority.dir, hostnames[0]);
  const leaf = { cert: `${base}.crt`, key: `${base}.key` };
  const names = [...hostnames.map((name) => `DNS:${name}`), 'DNS:localhost', 'IP:127.0.0.1'];
  newKey(leaf.key);
  openssl('req', '-new', '-key', leaf.key, '-subj', `/CN=${hostnames[0]}`, '-out', `${base}.csr`);
  writeFileSync(`${base}.ext`, [
    `subjectAltName=${names.join(',')}`,
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=serverAuth', ''].join('\n'));
  openssl('x509', '-req', '-in', `${base}.csr`, '-CA', authority.cert, '-CAkey', authority.key,
    '-CAcreateserial', '-sha256', '-days', DAYS_VALID, '-extfile', `${base}.ext`, '-out', leaf.cert);
  return leaf;
}

/** Makes an RSA key and a self-signed certificate for signing SAML messages; returns PEM file names. */
export function makeSigningPair(dir, name) {
  mkdirSync(dir, { recursive: true });
  const pair = { cert: join(dir, `${name}.crt`), key: join(dir, `${name}.key`) };
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', DAYS_VALID,
    '-subj', `/CN=${name}`, '-keyout', pair.key, '-out', pair.cert);
  return pair;
}

/** Makes the Chromium that runs with `home` as HOME trust the authority. */
export function trustInChromium(authority, home) {
  const database = join(home, '.pki', 'nssdb');
  if (existsSync(join(database, 'cert9.db'))) return;
  mkdirSync(database, { recursive: true, mode: 0o700 });
  run('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
  run('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'selfsame-test', '-i', authority.cert]);
}

function newKey(file) {
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file);
}

function openssl(...args) {
  run('openssl', args);
}

function run(program, args) {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}: ${error.stderr}`);
  }
}
