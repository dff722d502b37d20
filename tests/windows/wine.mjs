//! A Windows that is none: a fresh Wine prefix on a private display, and programs built for Windows in it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, freshFolder } from '../e2e/folders.mjs';
import { Processes, until } from '../e2e/processes.mjs';
import { run } from '../e2e/programs.mjs';

const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
const BUILT = join(TARGET, 'x86_64-pc-windows-gnu', process.env.SELFSAME_PROFILE ?? 'debug');
const SOURCES = join(ROOT, 'tests', 'windows');
const COMPILER = 'x86_64-w64-mingw32-gcc';
const SCREEN = '1024x700x24';
const BOOT_MS = 120_000;

/** The agent as it is shipped. */
export const AGENT = join(BUILT, 'selfsame.exe');
/** The agent's demonstration build, to which Wine's own devices count as hardware. */
export const DEMO_AGENT = join(BUILT, 'selfsame-demo.exe');

/** Starts a display and a prefix below `target/e2e/NAME`. */
export async function startWine(name) {
  const dir = freshFolder(name);
  const wine = new Wine(dir, new Processes(`${dir}/logs`));
  try {
    await wine.start();
  } catch (error) {
    await wine.stop();
    throw error;
  }
  return wine;
}

class Wine {
  #runs = 0;

  constructor(dir, processes) {
    this.dir = dir;
    this.processes = processes;
  }

  async start() {
    const { dir, processes } = this;
    const server = processes.start('xvfb', 'Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], { readyFd: 3 });
    this.env = {
      PATH: process.env.PATH,
      HOME: dir,
      DISPLAY: `:${await server.firstLine()}`,
      WINEPREFIX: join(dir, 'prefix'),
      WINEDEBUG: '-all',
      // Wine asks to download a browser engine otherwise.
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
    };
    await this.#must('wineboot', ['--init'], BOOT_MS);
    const system = join(this.env.WINEPREFIX, 'drive_c', 'windows', 'system32');
    await this.#must(COMPILER, ['-shared', '-o', join(system, 'bcryptprimitives.dll'), join(SOURCES, 'random.c'), '-ladvapi32']);
  }

  /**
   * Runs a program for Windows to its end; returns `{ code, stdout, stderr }`. Its output goes to files: Wine's own
   * helpers inherit it from whoever starts them, and would keep a pipe open for half a minute.
   */
  async run(program, args, timeoutMs = 30_000) {
    const files = ['stdout', 'stderr'].map((name) => join(this.dir, `${name}-${this.#runs}`));
    this.#runs += 1;
    const opened = files.map((file) => openSync(file, 'w'));
    const child = spawn('wine', [program, ...args], { env: this.env, stdio: ['ignore', ...opened], timeout: timeoutMs });
    opened.forEach(closeSync);
    const [code] = await once(child, 'exit');
    const [stdout, stderr] = files.map((file) => readFileSync(file, 'utf8'));
    files.forEach((file) => rmSync(file));
    return { code, stdout, stderr };
  }

  /** Starts a program for Windows. */
  spawn(name, program, args) { return this.processes.start(name, 'wine', [program, ...args], { env: this.env }); }

  /** Opens a window that has the keyboard: Wine gets keys from the display only while one of its windows has it. */
  async openEditor() {
    this.spawn('notepad', 'notepad.exe', []);
    const window = await until('an editor', async () => {
      const { stdout } = await this.xdotool('search', '--onlyvisible', '--class', 'notepad');
      return stdout.trim().split('\n').pop();
    }, 20_000, 200);
    // Below the tray, which Wine puts into the upper left corner.
    await this.xdotool('windowmove', window, '100', '180');
    await this.xdotool('windowfocus', '--sync', window);
  }

  /** Types on the display, as a keyboard would. */
  type(text) { return this.xdotool('type', '--delay', '60', text); }

  xdotool(...args) { return run('xdotool', args, { env: this.env }); }

  /** Saves what the display shows. */
  screenshot(file) { return this.#must('import', ['-window', 'root', join(this.dir, file)]); }

  /** How many colours a part of the display shows. */
  async colours(width, height, x, y) {
    const part = join(this.dir, 'part.png');
    await this.#must('import', ['-window', 'root', '-crop', `${width}x${height}+${x}+${y}`, part]);
    const { stdout } = await run('identify', ['-format', '%k', part], { env: this.env });
    return Number(stdout);
  }

  async stop() {
    // Ends every program of this prefix, and of no other.
    if (this.env) await run('wineserver', ['-k'], { env: this.env }).catch(() => {});
    await this.processes.stopAll();
  }

  async #must(program, args, timeoutMs) {
    const { code, stderr } = await run(program, args, { env: this.env, timeoutMs });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}`);
  }
}

/** One person's agent in Wine. */
export class Agent {
  constructor(wine, program) {
    this.wine = wine;
    this.program = program;
  }

  async start(...args) {
    this.running = this.wine.spawn('agent', this.program, ['run', '--log', 'info,selfsame=debug', ...args]);
    let last;
    await until('the agent is up', async () => {
      if (!this.running.running) throw new Error(`the agent ended: ${JSON.stringify(await this.running.ended)}`);
      last = await this.status();
      return last.capture?.state?.state === 'running';
    }, 30_000, 500).catch((error) => { throw new Error(`${error.message}; last: ${JSON.stringify(last)}`); });
  }

  async command(...args) {
    const { code, stdout, stderr } = await this.wine.run(this.program, [...args, '--json']);
    try {
      return { code, json: JSON.parse(stdout) };
    } catch {
      throw new Error(`${args.join(' ')} ended with ${code} and no JSON: ${stdout}${stderr}`);
    }
  }

  async status() { return (await this.command('status')).json; }

  /** The status once no event has come for a while. */
  async settled() {
    let before = -1;
    return until('the events are counted', async () => {
      const status = await this.status();
      const same = status.capture.events === before;
      before = status.capture.events;
      return same && status;
    }, 20_000, 1_500);
  }
}
