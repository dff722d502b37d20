//! The world of one end-to-end test: certificates, identity provider, stand-in org, desktop, agent, browsers.
//! Everything real; everything ends with the test.

import { startOktaStandIn } from '../peers/okta-stand-in.mjs';
import { Agent } from './agent.mjs';
import { launchBrowser } from './browser.mjs';
import { issueServerCertificate, makeAuthority, makeSigningPair } from './certificates.mjs';
import { startDesktop } from './display.mjs';
import { freshFolder } from './folders.mjs';
import { IdentityProvider, freePort } from './idp.mjs';
import { Processes } from './processes.mjs';
import { Wiretap } from './wiretap.mjs';

/** Two registrable domains, as an org and its identity provider have. */
export const ORG_HOST = 'acme-login.test';
export const IDP_HOST = 'check.selfsame.test';

/**
 * Starts a world below `target/e2e/NAME`.
 *
 * @param {string} name of the test
 * @param {object} options `{ desktop = true, demo = true, hooks = true, wiretap = false, binding?, referrerPolicy? }`
 */
export async function startWorld(name, options = {}) {
  const world = new World(freshFolder(name), { desktop: true, demo: true, hooks: true, ...options });
  try {
    await world.start();
  } catch (error) {
    await world.close();
    throw error;
  }
  return world;
}

class World {
  #options;
  #browsers = [];

  constructor(dir, options) {
    this.#options = options;
    this.dir = dir;
    this.processes = new Processes(`${dir}/logs`);
  }

  async start() {
    const { dir, processes } = this;
    this.authority = makeAuthority(`${dir}/ca`);
    this.tls = issueServerCertificate(this.authority, [ORG_HOST, IDP_HOST]);
    const { tls, authority } = this;
    const listenOn = this.#options.wiretap ? await freePort() : undefined;
    this.idp = await IdentityProvider.init({
      processes, dir, hostname: IDP_HOST, tls, authority, demo: this.#options.demo, listenOn,
    });
    if (listenOn) {
      this.wiretap = await Wiretap.start({ port: this.idp.port, tls, to: { port: listenOn, servername: IDP_HOST, authority } });
    }
    await this.#startOrg();
    await this.idp.serve();
    if (this.#options.hooks) await this.#connectHooks();
    if (this.#options.desktop) this.desktop = await startDesktop(processes, `${dir}/desktop`);
  }

  async #startOrg() {
    const { binding, referrerPolicy } = this.#options;
    this.org = await startOktaStandIn({
      dir: this.dir, hostname: ORG_HOST, tls: this.tls, signing: makeSigningPair(`${this.dir}/keys`, 'org'),
      caFile: this.authority.cert, binding, referrerPolicy,
    });
    this.org.trust(this.idp.metadataXml);
    await this.idp.addService(this.org.metadataFile, 'Acme');
  }

  async #connectHooks() {
    const { url, secret } = await this.idp.command('hook', 'show');
    await this.org.reportTo(url, secret);
  }

  /** An agent that is enrolled for a person of the org and linked. */
  async enrolledAgent({ login = this.org.people[0].login, demo = this.#options.demo } = {}) {
    const agent = this.newAgent({ demo });
    const { token } = await this.idp.command('token', 'create', '--user', login);
    const enrolled = await agent.enrol(this.idp, token, this.authority);
    if (enrolled.code !== 0) throw new Error(`enrol ended with ${enrolled.code}: ${enrolled.stderr}${enrolled.stdout}`);
    await agent.start();
    return agent;
  }

  /** An agent that knows no server yet. */
  newAgent({ demo = this.#options.demo } = {}) {
    const { processes, dir, desktop } = this;
    return new Agent({ processes, dir, desktop, hostnames: [ORG_HOST, IDP_HOST], demo });
  }

  /**
   * A browser on the desktop (or headless) whose person has 'granted' or 'denied' the page, or not been asked
   * ('prompt'). `name` tells its profile from others'.
   */
  async browser({ name = 'browser', loopback = 'granted', headless = this.desktop === undefined, ...more } = {}) {
    const browser = await launchBrowser({
      dir: `${this.dir}/${name}`, authority: this.authority, publicPorts: [this.org.port, this.idp.port],
      env: headless ? undefined : this.desktop.env,
      loopback: loopback === 'prompt' ? undefined : { origin: this.idp.origin, state: loopback }, ...more,
    });
    this.#browsers.push(browser);
    return browser;
  }

  async close() {
    for (const browser of this.#browsers) await browser.close().catch(() => {});
    this.wiretap?.stop();
    await this.processes.stopAll();
    await this.org?.close();
  }
}
