//! The agent of one test, in the session of a test desktop. Names under `.test` are this machine for it, too.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './processes.mjs';
import { AGENT, DEMO_AGENT, run, runJson } from './programs.mjs';

/** One person's agent. */
export class Agent {
  #processes;
  #dir;
  #running = null;

  /** @param options `{ processes, dir, desktop, hostnames, demo }` */
  constructor({ processes, dir, desktop, hostnames, demo = true }) {
    this.#processes = processes;
    this.#dir = dir;
    this.program = demo ? DEMO_AGENT : AGENT;
    this.env = { ...desktop.env, ...resolverOf(dir, hostnames), RUST_BACKTRACE: '1' };
  }

  /** Enrols with a token; returns `{ code, stdout, stderr }`. */
  enrol(idp, token, authority, ...more) {
    const file = join(this.#dir, 'token');
    writeFileSync(file, token, { mode: 0o600 });
    return this.command('enrol', '--server', idp.origin, '--token-file', file, '--ca-file', authority.cert, '--json', ...more);
  }

  /** Starts the agent and waits until it is linked to its server. */
  async start({ linked = true, args = [] } = {}) {
    this.#running = this.#processes.start('agent', this.program, ['run', '--log', 'info', ...args], { env: this.env });
    const ready = linked ? (status) => status.link?.state === 'online' && status.presence?.port : () => true;
    await until('the agent is up', async () => {
      if (!this.#running.running) throw new Error(`the agent ended: ${JSON.stringify(await this.#running.ended)}`);
      const status = await this.status();
      return status && ready(status);
    }, 20_000, 200);
  }

  get pid() { return this.#running.pid; }

  /** What `status --json` says, or null when there is no agent to ask. */
  async status() {
    const { stdout } = await this.command('status', '--json');
    try {
      return JSON.parse(stdout);
    } catch {
      return null;
    }
  }

  /** Runs any command of the agent. */
  command(...args) { return run(this.program, args, { env: this.env }); }

  /** Runs a command that must succeed and prints JSON. */
  json(...args) { return runJson(this.program, [...args, '--json'], { env: this.env }); }

  stop(signal) { return this.#running?.stop(signal); }
}

/** Environment under which the C library finds the test names; nothing machine-wide is changed. */
function resolverOf(dir, hostnames) {
  const hosts = join(dir, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost ${hostnames.join(' ')}\n`);
  return { LD_PRELOAD: 'libnss_wrapper.so', NSS_WRAPPER_HOSTS: hosts };
}
