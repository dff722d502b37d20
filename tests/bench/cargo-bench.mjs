//! Runs one of the Rust benchmarks, which `make bench` has built, and reads the JSON line that it prints.

import { join } from 'node:path';

import { ROOT } from '../e2e/folders.mjs';
import { run } from '../e2e/programs.mjs';

// As `make bench` builds them: another choice of packages would choose other features and build anew.
const PACKAGES = ['selfsame', 'selfsame-idp', 'selfsame-saml', 'selfsame-tests'].flatMap((name) => ['--package', name]);
const WITHIN_MS = 15 * 60 * 1000;

/** Runs the benchmark `name`. */
export async function cargoBench(name, ...args) {
  const command = ['bench', '--quiet', '--locked', '--manifest-path', join(ROOT, 'Cargo.toml'), ...PACKAGES, '--bench', name, '--', ...args];
  const { code, stdout, stderr } = await run(process.env.CARGO ?? 'cargo', command, {
    env: process.env, timeoutMs: WITHIN_MS,
  });
  if (code !== 0) throw new Error(`the benchmark ${name} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
