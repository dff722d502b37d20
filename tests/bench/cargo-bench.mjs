//! Runs one of the Rust benchmarks, which `make bench` has built, and reads the JSON line that it prints.

import { join } from 'node:path';

import { ROOT } from '../e2e/folders.mjs';
import { run } from '../e2e/programs.mjs';

// As `make bench` builds them: another choice of packages would choose other features and build anew.
const PACKAGES = ['selfsame', 'selfsame-behaviour', 'selfsame-idp', 'selfsame-saml', 'selfsame-tests'].flatMap((name) => ['--package', name]);
const WITHIN_MS = 15 * 60 * 1000;

/** Runs the benchmark `name`. */
export async function cargoBench(name, ...args) {
  return JSON.parse((await cargoBenchText(name, ...args)).trim().split('\n').at(-1));
}

/** The same for one that prints no JSON: all that it printed. */
export function cargoBenchText(name, ...args) {
  return cargo(name, [], ['--', ...args]);
}

/** The path of the program behind the benchmark `name`. */
export async function cargoBenchProgram(name) {
  const messages = (await cargo(name, ['--no-run', '--message-format', 'json'], [])).split('\n');
  const built = messages.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return built.find(({ executable, target }) => executable && target.name === name).executable;
}

async function cargo(name, flags, rest) {
  const command = ['bench', '--quiet', '--locked', '--manifest-path', join(ROOT, 'Cargo.toml'), ...PACKAGES, ...flags, '--bench', name, ...rest];
  const { code, stdout, stderr } = await run(process.env.CARGO ?? 'cargo', command, {
    env: process.env, timeoutMs: WITHIN_MS,
  });
  if (code !== 0) throw new Error(`the benchmark ${name} ended with ${code}: ${stderr}`);
  return stdout;
}
