//! The programs under test, as cargo built them, and one way to run a command to its end.

import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { ROOT } from './folders.mjs';

const BUILT = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), process.env.SELFSAME_PROFILE ?? 'debug');

/** The identity provider. */
export const IDP = join(BUILT, 'selfsame-idp');
/** The agent as it is shipped. */
export const AGENT = join(BUILT, 'selfsame');
/** The agent's demonstration build, to which a nested display counts as hardware. */
export const DEMO_AGENT = join(BUILT, 'selfsame-demo');
/** The player of recordings. */
export const PLAY = join(BUILT, 'play');

/** Runs a command to its end; never throws for an exit code. Returns `{ code, stdout, stderr }`. */
export function run(program, args, { env, input = '', timeoutMs = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error?.code ?? 0, stdout, stderr });
    });
    // A program that ends without reading its input is no error here.
    child.stdin.on('error', () => {}).end(input);
  });
}

/** Runs a command that must succeed and prints JSON. */
export async function runJson(program, args, options) {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}
