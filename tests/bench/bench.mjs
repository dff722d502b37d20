//! `make bench`: every figure of `docs/performance.md`, each beside its limit or a named peer measured in the same run.
//! Prints a table and writes `target/bench/report.json`. It judges the goals in the table and fails for none of them:
//! a busy machine is no error. `--only NAME` (may be repeated) runs a part; `--quick` shortens everything.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: chosen } = parseArgs({
  options: { only: { type: 'string', multiple: true }, quick: { type: 'boolean', default: false } },
});
// The programs' place is fixed when the harness is loaded.
process.env.SELFSAME_PROFILE ??= 'release';
const { ROOT } = await import('../e2e/folders.mjs');
const { Machine } = await import('./machine.mjs');
const { Report } = await import('./report.mjs');

const PARTS = {
  check: async () => (await import('./whole-check.mjs')).wholeCheck,
  callback: async () => (await import('./capture-callback.mjs')).captureCallback,
  behaviour: async () => (await import('./behaviour.mjs')).behaviour,
  agent: async () => (await import('./agent-cost.mjs')).agentCost,
  saml: async () => (await import('./saml-leg.mjs')).samlLeg,
};

const report = new Report();
const machine = new Machine();
for (const name of chosen.only ?? Object.keys(PARTS)) {
  const measure = await PARTS[name]();
  console.log(`measuring: ${name}`);
  const busy = machine.watch();
  report.add(await measure({ quick: chosen.quick }), busy());
}
report.machine = machine.describe();
report.print();
const folder = join(ROOT, 'target', 'bench');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nReport: ${join(folder, 'report.json')}`);
process.exit(0);
