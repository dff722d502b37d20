//! What the figures were measured on, and how busy it was with other things meanwhile.

import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The machine during one run. */
export class Machine {
  #started = new Date();
  #loadBefore = loadavg();

  /** Begins to watch; the function that it returns says which share of all cores was idle or taken by the host. */
  watch() {
    const before = readTimes();
    return () => {
      const after = readTimes();
      const share = (name) => (after[name] - before[name]) / (after.total - before.total);
      return { idle_share: round(share('idle')), stolen_share: round(share('steal')), seconds: round(after.at - before.at) };
    };
  }

  describe() {
    const [{ model }] = cpus();
    return {
      started: this.#started.toISOString(), ended: new Date().toISOString(),
      cores: cpus().length, processor: model, memory_gib: Math.round(totalmem() / 2 ** 30),
      kernel: release(), node: process.version,
      load_before: this.#loadBefore.map(round), load_after: loadavg().map(round),
    };
  }
}

function readTimes() {
  const [first] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user, nice, system, idle, iowait, irq, softirq, steal] = first.split(/\s+/).slice(1).map(Number);
  const total = user + nice + system + idle + iowait + irq + softirq + steal;
  return { idle: idle + iowait, steal, total, at: performance.now() / 1000 };
}

function round(number) {
  return Math.round(number * 100) / 100;
}
