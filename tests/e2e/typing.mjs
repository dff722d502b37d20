//! Recorded people at the test desktop. The keys of one person and the pointer of another make a chimeric person;
//! whoever uses this says so where people see it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './folders.mjs';
import { PLAY, run } from './programs.mjs';

const DATA = process.env.SELFSAME_DATA ?? join(ROOT, '..', 'shared', 'data');

/** Whether the public recordings are on this machine. */
export const HAVE_RECORDINGS = existsSync(join(DATA, 'keys_pace_free.csv.gz'));

/**
 * Lets a recorded person type and move, and resolves when the recording is over.
 *
 * @param desktop the test desktop
 * @param {object} person `{ keys: {file, user}, pointer?: {file, user} }`, files below the data folder or absolute
 * @param {object} part `{ sessions: 'FIRST..END', pointerSessions?, keys?: limit, measure?: true }`
 * @returns the player's last line: `{ keys, seconds, timing }`
 */
export async function play(desktop, person, part) {
  const args = ['--display', desktop.outer, '--pad', desktop.inner,
    '--keys', place(person.keys.file), '--keys-user', person.keys.user, '--keys-sessions', part.sessions];
  if (person.pointer) {
    args.push('--pointer', place(person.pointer.file), '--pointer-user', person.pointer.user,
      '--pointer-sessions', part.pointerSessions ?? '0..1');
  }
  if (part.keys) args.push('--keys-limit', String(part.keys));
  if (part.measure) args.push('--measure', desktop.inner);
  const { code, stdout, stderr } = await run(PLAY, args, { env: desktop.env, timeoutMs: 30 * 60 * 1000 });
  if (code !== 0) throw new Error(`play: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function place(file) {
  return file.startsWith('/') ? file : join(DATA, file);
}
