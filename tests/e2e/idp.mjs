//! The identity provider of one test: its folder, its commands and its running server.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { callHttps } from '../peers/okta-stand-in/https-call.mjs';
import { until } from './processes.mjs';
import { IDP, run, runJson } from './programs.mjs';

/** An initialised identity provider; `serve()` starts it. */
export class IdentityProvider {
  #processes;
  #options;
  #server = null;

  /** @param options `{ processes, dir, hostname, tls, authority, demo, listenOn? }`; `listenOn` is another port than
   *  the one in its origin, where something stands before it. */
  static async init(options) {
    const idp = new IdentityProvider(options, await freePort());
    await runJson(IDP, ['init', '--data', idp.data, '--origin', idp.origin, '--json']);
    idp.liftLimits();
    idp.metadataFile = join(options.dir, 'idp-metadata.xml');
    const { metadata } = await idp.command('metadata', 'show');
    writeFileSync(idp.metadataFile, metadata);
    idp.metadataXml = metadata;
    return idp;
  }

  constructor(options, port) {
    this.#processes = options.processes;
    this.#options = options;
    this.port = port;
    this.origin = `https://${options.hostname}:${port}`;
    this.data = join(options.dir, 'idp');
  }

  /** Takes as many requests as come: a test's are all from one address, and of one person within minutes. */
  liftLimits() {
    this.setting('limits', { requests_per_address: 0, requests_per_service: 0, checks_per_person: 0 });
  }

  /** Sets a key of the settings, for the next start. */
  setting(key, value) {
    const file = join(this.data, 'settings.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), [key]: value }));
  }

  /** Runs a command such as `command('token', 'create', '--user', LOGIN)` and returns its JSON. */
  command(group, verb, ...args) {
    return runJson(IDP, [group, verb, '--data', this.data, '--json', ...args]);
  }

  /** Registers a service and lets it be answered: its tests of `sp test` are the sign-ins that follow. */
  async addService(metadataFile, name) {
    const { entity_id: entityId } = await this.command('sp', 'add', '--metadata', metadataFile, '--name', name);
    await this.command('sp', 'set', entityId, '--mode', 'assist', '--without-tests', 'a stand-in of the tests');
  }

  /** Runs a command that may fail. */
  attempt(group, verb, ...args) {
    return run(IDP, [group, verb, '--data', this.data, ...args]);
  }

  /** Starts the server, with these options too, and waits until it answers. */
  async serve(...options) {
    const { tls, authority, demo } = this.#options;
    const args = ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.#options.listenOn ?? this.port}`,
      '--tls-cert', tls.cert, '--tls-key', tls.key, '--json', '--log', 'info', ...(demo ? ['--demo'] : []), ...options];
    this.#server = this.#processes.start('idp', IDP, args, { env: { PATH: process.env.PATH }, readyFd: 1 });
    await this.#server.firstLine();
    await until('the identity provider is healthy', async () => {
      const answer = await callHttps({ url: `${this.origin}/healthz`, caFile: authority.cert });
      return answer.status < 300;
    });
  }

  get pid() { return this.#server.pid; }

  /** Ends the server; 'SIGKILL' is a crash. */
  stop(signal) { return this.#server.stop(signal); }

  /** The audit records, oldest first. */
  async audit(count = 1000) {
    const { stdout } = await this.attempt('audit', 'tail', '-n', String(count), '--json');
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
