//! Programs that a test starts: each has its own log file, and none outlives the test process, however that ends.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

const GRACE_MS = 3000;

/** The programs of one test, with their logs in one folder. */
export class Processes {
  #logs;
  #running = [];

  constructor(logs) {
    mkdirSync(logs, { recursive: true });
    this.#logs = logs;
  }

  /** The folder of the logs. */
  get logs() { return this.#logs; }

  /**
   * Starts a program; its output goes to `NAME.log`.
   *
   * @param options `{ env, input?, readyFd?, cwd? }`: `input` is written to its standard input; with `readyFd` (1 or 3)
   *   that descriptor is a pipe, and `process.firstLine()` waits for the first line on it.
   */
  start(name, program, args, { env, input, readyFd, cwd } = {}) {
    const log = openSync(join(this.#logs, `${name}.log`), 'a');
    const stdio = [input === undefined ? 'ignore' : 'pipe', log, log];
    if (readyFd !== undefined) stdio[readyFd] = 'pipe';
    // The kernel ends the program when this process dies, so that a killed test leaves nothing behind.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { env, cwd, stdio });
    closeSync(log);
    const started = new Started(name, child, readyFd);
    this.#running.push(started);
    if (input !== undefined) child.stdin.end(input);
    return started;
  }

  /** Ends everything, the last started first. */
  async stopAll() {
    while (this.#running.length > 0) await this.#running.pop().stop();
  }
}

/** One running program. */
class Started {
  #name;
  #child;
  #ready;
  #ended;

  constructor(name, child, readyFd) {
    this.#name = name;
    this.#child = child;
    this.#ready = readyFd === undefined ? null : child.stdio[readyFd];
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve({ error }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  }

  get pid() { return this.#child.pid; }

  get running() { return this.#child.exitCode === null && this.#child.signalCode === null; }

  /** Resolves with `{ code, signal }` or `{ error }` when the program is over. */
  get ended() { return this.#ended; }

  /** The first line that the program writes on its ready descriptor. */
  async firstLine() {
    const line = new Promise((resolve) => {
      let text = '';
      // The listener stays: a program whose pipe is no longer read would be ended by its next line.
      this.#ready.on('data', (chunk) => {
        text += chunk;
        if (text.includes('\n')) resolve(text.split('\n')[0]);
      });
    });
    const over = this.#ended.then((how) => {
      throw new Error(`${this.#name} ended before it was ready: ${JSON.stringify(how)}`);
    });
    over.catch(() => {});
    return Promise.race([line, over]);
  }

  signal(name) { this.#child.kill(name); }

  /** Asks the program to end, and after a grace insists. */
  async stop(signal = 'SIGTERM') {
    if (!this.running) return this.#ended;
    this.#child.kill(signal);
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    const how = await this.#ended;
    clearTimeout(insist);
    return how;
  }
}

/** Waits until `condition` gives something truthy; fails with `what` after `timeoutMs`. */
export async function until(what, condition, timeoutMs = 10_000, everyMs = 50) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => { setTimeout(resolve, everyMs); });
  }
}
