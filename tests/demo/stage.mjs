//! The steps of the demonstration, acted out on real parts.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { chooseSelfsame, giveCode, givePassword, landing, signIn } from '../e2e/sign-in.mjs';
import { until } from '../e2e/processes.mjs';
import { play } from '../e2e/typing.mjs';

const run = promisify(execFile);
const OTHER_FACTOR_WITHIN_MS = 3000;

/** One performance. */
export class Stage {
  #world;
  #agent;
  #browser;
  #pictures = 0;

  constructor(world, cast) {
    this.#world = world;
    this.cast = cast;
  }

  async enrol() {
    this.#agent = await this.#world.enrolledAgent();
    this.#browser = await this.#world.browser({ name: 'her-browser' });
    const status = await this.#agent.status();
    if (!status.demo) throw new Error('a demonstration build must say that it is one');
    return { came: 'the agent is enrolled and linked' };
  }

  /** Types at normal speed; the agent has no other. */
  async learnFirstPart() {
    const keys = await this.#type(this.cast.learn[0]);
    return { came: 'typed', note: `${keys} keys at normal speed` };
  }

  /** Types session after session until the profile says that it has learnt enough. */
  async learnTheRest() {
    let keys = 0;
    for (const sessions of this.cast.learn.slice(1)) {
      keys += await this.#type(sessions);
      if (await this.#learnt() >= 100) break;
    }
    await this.#photographTray('tray-learnt');
    const percent = await this.#learnt();
    return { came: percent >= 100 ? 'learnt' : `learnt ${percent} %`, note: `${keys} keys more` };
  }

  /** The profile is new, so the factor fails, the code follows, and the org reports it. */
  async signInWithCode(time) {
    const { outcome, tookMs } = await this.#signIn(`${time}-sign-in`);
    await giveCode(this.#browser.firstPage, this.#world.org);
    return { came: outcome, tookMs, note: 'then the code' };
  }

  async generationTrusted() {
    await until('two confirmations reached the agent', async () => (await this.#agent.status()).profile.trusted);
    return { came: 'two hard factors were seen' };
  }

  async personSignsIn() {
    const { keys } = await play(this.#world.desktop, this.cast.person, {
      sessions: this.cast.check[0], keys: this.cast.checkKeys,
    });
    const { outcome, tookMs } = await this.#signIn('the-person');
    return { came: outcome, tookMs, note: `after ${keys} keys not typed before` };
  }

  async anotherPerson() {
    const { keys } = await play(this.#world.desktop, this.cast.other, {
      sessions: this.cast.otherSession, keys: this.cast.checkKeys,
    });
    const { outcome, tookMs } = await this.#signIn('another-person');
    const { status } = this.#world.org.outcomes.at(-1);
    return { came: status === 'AuthnFailed' ? outcome : `status ${status}`, tookMs, note: `AuthnFailed, after ${keys} keys` };
  }

  /** The attack that a prompt would not survive: her password elsewhere, while she types at her desk. */
  async elsewhere() {
    const attacker = await this.#world.browser({ name: 'elsewhere', loopback: 'denied' });
    const typing = play(this.#world.desktop, this.cast.person, {
      sessions: this.cast.check[1], keys: this.cast.checkKeys,
    });
    await new Promise((resolve) => { setTimeout(resolve, 20_000); });
    const { outcome, tookMs } = await signIn(attacker.firstPage, this.#world.org);
    await this.#photograph(attacker.firstPage, 'elsewhere');
    await attacker.close();
    await typing;
    return { came: outcome, tookMs, note: 'she was typing all the while' };
  }

  async personAgain() {
    const { outcome, tookMs } = await this.#signIn('the-person-again');
    await this.#photographTray('tray-menu');
    return { came: outcome, tookMs };
  }

  async withoutAgent() {
    await this.#agent.stop();
    const { outcome, tookMs } = await this.#signIn('without-agent');
    return { came: tookMs <= OTHER_FACTOR_WITHIN_MS ? outcome : `${outcome}, but late`, tookMs };
  }

  async #type(sessions) {
    return (await play(this.#world.desktop, this.cast.person, { sessions, pointerSessions: sessions })).keys;
  }

  async #learnt() {
    return (await this.#agent.status()).profile.progress.percent;
  }

  async #signIn(picture) {
    const page = this.#browser.firstPage;
    await givePassword(page, this.#world.org);
    const started = Date.now();
    await chooseSelfsame(page);
    const outcome = await landing(page, this.#world.org);
    const tookMs = Date.now() - started;
    await this.#photograph(page, picture);
    return { outcome, tookMs };
  }

  async #photograph(page, name) {
    this.#pictures += 1;
    const number = String(this.#pictures).padStart(2, '0');
    await page.screenshot({ path: `${this.#world.dir}/${number}-${name}.png` });
  }

  /** Opens the tray's menu with the pointer, as a person would, and closes it again. */
  async #photographTray(name) {
    const { desktop, dir } = this.#world;
    const env = { ...desktop.env, DISPLAY: desktop.outer };
    const { x, y } = desktop.trayAt;
    await run('xdotool', ['mousemove', String(x), String(y), 'sleep', '0.5', 'click', '3', 'sleep', '1.5'], { env });
    await desktop.screenshot(`${dir}/${name}.png`);
    await run('xdotool', ['key', 'Escape', 'mousemove', '640', '500'], { env });
  }
}
