//! pysaml2 as a service provider, driven through its command.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './folders.mjs';

const PYTHON = join(ROOT, 'target', 'venv', 'bin', 'python');
const SCRIPT = join(ROOT, 'tests', 'peers', 'pysaml2_sp.py');

/** A service provider with its keys and settings below `dir`; `signing` names PEM files. */
export class Pysaml2 {
  #config;
  #settings;

  constructor({ dir, origin, signing }) {
    this.acs = `${origin}/saml/acs`;
    this.metadataFile = join(dir, 'pysaml2-metadata.xml');
    this.#config = join(dir, 'pysaml2.json');
    this.#settings = { entity_id: `${origin}/saml/metadata`, acs: this.acs, ...signing };
    this.#save();
  }

  /** Writes the metadata file for the identity provider's administrator. */
  async writeMetadata() {
    writeFileSync(this.metadataFile, await this.#run(['metadata', this.#config]));
    return this.metadataFile;
  }

  /** Learns the identity provider from its metadata file. */
  trust(metadataFile) {
    this.#settings.idp_metadata = metadataFile;
    this.#save();
  }

  /** A signed request by 'redirect' or 'post': `{ id, url, form? }`. */
  async request(binding) {
    return JSON.parse(await this.#run(['request', this.#config, binding]));
  }

  /** What pysaml2 says of a posted response: `{ valid, name_id?, error? }`. */
  async validate(requestId, form) {
    return JSON.parse(await this.#run(['validate', this.#config, requestId], JSON.stringify(form)));
  }

  #save() {
    writeFileSync(this.#config, JSON.stringify(this.#settings));
  }

  #run(args, input = '') {
    return new Promise((resolve, reject) => {
      const child = execFile(PYTHON, [SCRIPT, ...args], (error, stdout, stderr) => {
        if (error) reject(new Error(`pysaml2: ${stderr || error.message}`));
        else resolve(stdout);
      });
      child.stdin.end(input);
    });
  }
}
