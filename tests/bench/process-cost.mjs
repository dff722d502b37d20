//! What the kernel says a program costs. Readable for programs that are not dumpable, too.

import { readFileSync, readdirSync } from 'node:fs';

// The kernel's unit for times in `/proc/PID/stat`, whatever its timer does.
const TICKS_PER_SECOND = 100;

/** Seconds on a core since the program began, all threads, user and system. */
export function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Fields 14 and 15 of proc(5), less the two before the parenthesis and one for counting from 0.
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** How often the program's threads went to sleep and were woken again. */
export function wakeUps(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => field(`/proc/${pid}/task/${task}/status`, 'voluntary_ctxt_switches'))
    .reduce((sum, count) => sum + count, 0);
}

/** Resident memory in MiB. */
export function residentMib(pid) {
  return field(`/proc/${pid}/status`, 'VmRSS') / 1024;
}

function field(file, name) {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(file, 'utf8'));
  if (!found) throw new Error(`${file} has no ${name}`);
  return Number(found[1]);
}
