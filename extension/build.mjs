//! Builds both packages: node build.mjs --origin ORIGIN [--key FILE] [--out FOLDER]. The same sources and options give
//! the same bytes.
//!
//! ORIGIN is that of the identity provider's check pages, such as https://idp.example.com. FILE is the key (PEM) with which
//! an organisation signs its package for Chromium; without it the package has the project's own id.

import { createHash, createPublicKey } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

import { manifestFor } from './manifest.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const LARGEST_PACKAGE = 1.5 * 1024 * 1024;
/** Every file's time inside the packages: the first that a zip can say. */
const NO_TIME = new Date(1980, 0, 1);

async function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { origin: text, key: text, out: text } });
  const idpOrigin = parseOrigin(values.origin);
  const out = values.out ?? join(HERE, '..', 'target', 'extension');
  const { version } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'));
  const publicKey = values.key && publicKeyOf(values.key);
  rmSync(out, { recursive: true, force: true });
  for (const [family, ending] of [['chromium', 'zip'], ['firefox', 'xpi']]) {
    const folder = join(out, family);
    const manifest = manifestFor(family, { version, idpOrigin, publicKey });
    await fill(folder, manifest, idpOrigin);
    const file = join(out, `selfsame-${family}-${version}.${ending}`);
    const bytes = pack(folder);
    writeFileSync(file, bytes);
    const id = manifest.key ? chromiumId(manifest.key) : manifest.browser_specific_settings.gecko.id;
    console.log(`${sha256(bytes)}  ${file}  (${bytes.length} bytes, id ${id})`);
  }
}

/** The origin as browsers write it. */
function parseOrigin(text = '') {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || url.origin !== text) {
    console.error(`IDP_ORIGIN must be an origin such as https://idp.example.com, without a path; found: ${text || 'nothing'}`);
    process.exit(2);
  }
  return url.origin;
}

async function fill(folder, manifest, idpOrigin) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of ['_locales', 'icons']) cpSync(join(HERE, name), join(folder, name), { recursive: true });
  cpSync(join(HERE, 'pages'), folder, { recursive: true });
  await build({
    entryPoints: ['background', 'content', 'popup', 'options'].map((name) => join(HERE, 'src', `${name}.ts`)),
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    define: { IDP_ORIGIN: JSON.stringify(idpOrigin) },
    logLevel: 'warning',
  });
}

function pack(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const contents = files.map((file) => [relative(folder, file), new Uint8Array(readFileSync(file))]);
  const bytes = zipSync(Object.fromEntries(contents), { mtime: NO_TIME, level: 9 });
  if (bytes.length > LARGEST_PACKAGE) throw new Error(`the package has ${bytes.length} bytes, more than ${LARGEST_PACKAGE}`);
  return bytes;
}

function publicKeyOf(file) {
  return createPublicKey(readFileSync(file)).export({ type: 'spki', format: 'der' }).toString('base64');
}

/** Chromium's id: the first 16 bytes of the key's hash, in the letters a to p. */
function chromiumId(publicKey) {
  const digits = sha256(Buffer.from(publicKey, 'base64')).slice(0, 32);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

await main();
