//! What the model takes: time and instructions for one event, memory, and the size of a profile.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../e2e/folders.mjs';
import { cargoBench, cargoBenchProgram, cargoBenchText } from './cargo-bench.mjs';

const GOAL_US = 5;
const MEBIBYTE = 1024 * 1024;
const FED = 2000;

export async function behaviour() {
  await cargoBenchText('events', '--noplot');
  const beside = { name: 'std `sync_channel`, there and back', value: estimate('channel') };
  const figure = (name, of, goal) => ({ name, value: estimate(of), unit: 'µs', beside, goal });
  const steady = await cargoBench('steady');
  const counted = instructions(await cargoBenchProgram('steady'));
  return [
    figure('model, key press or release', 'key', { most: GOAL_US }),
    figure('model, movement of the pointer', 'pointer', { most: GOAL_US }),
    figure('model, verdict', 'verdict'),
    { name: 'model, instructions for a key and a movement', value: counted, unit: '',
      note: `Counted by callgrind: what ${FED} more of each take.` },
    { name: 'model, allocations once a person is known', value: steady.allocations, unit: `in ${steady.events} events`, goal: { most: 0 } },
    { name: 'model, memory at most', value: steady.most_bytes / MEBIBYTE, unit: 'MiB', goal: { most: 5 } },
    { name: 'profile on disk, before it is sealed', value: steady.profile_bytes / MEBIBYTE, unit: 'MiB', goal: { most: 1 } },
  ];
}

/** Criterion's mean in µs, from what it writes. */
function estimate(name) {
  const file = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'criterion/event', name, 'new/estimates.json');
  return JSON.parse(readFileSync(file, 'utf8')).mean.point_estimate / 1000;
}

function instructions(program) {
  const counted = (keys) => {
    const callgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null', program, '--only-feed', String(keys)];
    // Valgrind speaks on standard error.
    const said = execFileSync('sh', ['-c', 'exec valgrind "$@" 2>&1', 'sh', ...callgrind], { encoding: 'utf8' });
    return Number(said.match(/Collected : (\d+)/)[1]);
  };
  return (counted(2 * FED) - counted(FED)) / FED;
}
