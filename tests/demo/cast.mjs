//! Who plays in the demonstration: recorded people where the public recordings are on this machine, else the
//! generated ones that ship with the project.

import { join } from 'node:path';

import { ROOT } from '../e2e/folders.mjs';
import { HAVE_RECORDINGS } from '../e2e/typing.mjs';

const GENERATED = join(ROOT, 'assets', 'demo', 'generated.csv.gz');

/** The person and the other person, with the sessions that each part of the story may use. */
export function cast() {
  return HAVE_RECORDINGS && process.env.SELFSAME_RECORDING !== 'generated' ? recorded() : generated();
}

function recorded() {
  const chimera = (keys, pointer) => ({
    keys: { file: 'keys_pace_free.csv.gz', user: keys },
    pointer: { file: 'mouse_balabit.csv.gz', user: pointer },
  });
  return {
    kind: 'recorded',
    person: chimera('pacefree18', 'user12'),
    other: chimera('pacefree17', 'user16'),
    learn: ['0..1', '1..2', '2..3'],
    check: ['3..4', '4..5'],
    otherSession: '3..4',
    // A recorded session has 500 keys; half of one is plenty for a check.
    checkKeys: 250,
  };
}

function generated() {
  const one = (user) => ({ keys: { file: GENERATED, user }, pointer: { file: GENERATED, user } });
  return {
    kind: 'generated',
    person: one('generated0'),
    other: one('generated1'),
    learn: ['0..4', '4..8', '8..14', '14..20'],
    check: ['20..24', '24..28'],
    otherSession: '0..4',
    checkKeys: 250,
  };
}

/** What the cast is, for whoever watches. */
export function describeCast({ kind, person, other }) {
  if (kind === 'generated') {
    return 'The typing and pointing are generated: nobody ever typed this (see assets/demo/README.md).';
  }
  return `The person is chimeric: keys of ${person.keys.user} and pointer of ${person.pointer.user}, two recorded people`
    + ` made one; the other person likewise (${other.keys.user}, ${other.pointer.user}).`;
}
