//! A machine of its own with a real kernel and emulated input devices. In software: a KVM that is there may still not
//! work, as where this computer is a virtual machine itself.
//!
//! Its kernel is Debian's; its programs are this computer's `/usr` and the ones under test, read-only.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';

import { ROOT, freshFolder } from '../e2e/folders.mjs';
import { Processes, until } from '../e2e/processes.mjs';
import { AGENT } from '../e2e/programs.mjs';

/** Where `scripts/provision` unpacks the kernel. */
const KERNEL = join(ROOT, 'target', 'guest', 'kernel');
const MODULES = [
  'virtio_pci', '9pnet_virtio', '9p', 'evdev', 'uinput', 'usbhid', 'hid-generic', 'xhci_pci', 'psmouse',
];
const USERS = 'root:x:0:0::/:/bin/sh\nselfsame-input:x:990:990::/:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n';
const GROUPS = 'root:x:0:\ninput:x:104:\ntty:x:5:\nselfsame-input:x:990:\nada:x:1000:\n';
/** Software emulation takes 15 s of a core to get here, and a busy machine gives little of one. */
const PATIENCE_MS = 600_000;

/** A running machine. */
export class Guest {
  #processes;
  #shell;
  #monitor;

  /** Boots one; `close` ends it. */
  static async boot(name) {
    const folder = freshFolder(name);
    const processes = new Processes(`${folder}/logs`);
    const guest = new Guest();
    guest.#processes = processes;
    try {
      processes.start('qemu', 'qemu-system-x86_64', machine(folder, firstFiles(folder)));
      guest.#shell = await Line.to(`${folder}/shell`);
      guest.#monitor = await Line.to(`${folder}/monitor`);
      await guest.#monitor.ask('{"execute": "qmp_capabilities"}', (line) => line.includes('"return"'));
      await guest.#shell.next((line) => line === 'ready');
    } catch (error) {
      await guest.close();
      throw error;
    }
    return guest;
  }

  /** Runs a command of the guest's shell as root; returns its output. */
  async run(command) {
    const lines = await this.#shell.ask(command, (line) => line.startsWith('==ended '));
    return lines.slice(0, -1).join('\n');
  }

  /** The same as the guest's person. */
  asAda(command) {
    return this.run(`/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/ada XDG_RUNTIME_DIR=/run/user/1000 ${command}`);
  }

  /** What the agent says of itself. */
  async status() {
    const text = await this.asAda('/opt/selfsame status --json');
    return JSON.parse(text.slice(text.indexOf('{')));
  }

  /** Has the machine's monitor do something. */
  async monitor(execute, args = {}) {
    const lines = await this.#monitor.ask(JSON.stringify({ execute, arguments: args }),
      (line) => line.includes('"return"') || line.includes('"error"'));
    const last = JSON.parse(lines.at(-1));
    if (last.error) throw new Error(`${execute}: ${last.error.desc}`);
  }

  /** Presses keys (QEMU's names) one after the other on the keyboard that was plugged in last. */
  async type(keys) {
    const key = (data, down) => ({ type: 'key', data: { down, key: { type: 'qcode', data } } });
    for (const name of keys) {
      await this.monitor('input-send-event', { events: [key(name, true)] });
      await pause(40);
      await this.monitor('input-send-event', { events: [key(name, false)] });
      await pause(60);
    }
  }

  /** Moves the mouse and clicks. */
  async click() {
    const move = (axis, value) => ({ type: 'rel', data: { axis, value } });
    const left = (down) => ({ type: 'btn', data: { down, button: 'left' } });
    await this.monitor('input-send-event', { events: [move('x', 9), move('y', -4)] });
    await this.monitor('input-send-event', { events: [left(true)] });
    await this.monitor('input-send-event', { events: [left(false)] });
  }

  async close() {
    await this.#processes.stopAll();
  }
}

function pause(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

function machine(folder, initrd) {
  const share = (tag, path) => ['-virtfs', `local,path=${path},mount_tag=${tag},security_model=none,readonly=on`];
  const socket = (id) => ['-chardev', `socket,id=${id},path=${folder}/${id},server=on,wait=off`];
  return [
    '-machine', 'pc', '-accel', 'tcg', '-m', '768', '-nodefaults', '-no-reboot', '-display', 'none',
    '-kernel', kernelImage(), '-initrd', initrd, '-append', 'console=ttyS0 panic=-1',
    '-serial', `file:${folder}/logs/console.log`, ...socket('shell'), '-serial', 'chardev:shell',
    ...socket('monitor'), '-mon', 'chardev=monitor,mode=control', '-device', 'qemu-xhci,id=usb',
    ...share('usr', '/usr'), ...share('programs', dirname(AGENT)), ...share('tests', join(ROOT, 'tests', 'guest')),
  ];
}

function kernelImage() {
  const image = readdirSync(`${KERNEL}/boot`).find((name) => name.startsWith('vmlinuz-'));
  return `${KERNEL}/boot/${image}`;
}

/** The files with which the kernel starts; the rest is shared. */
function firstFiles(folder) {
  const root = `${folder}/initrd`;
  mkdirSync(`${root}/modules`, { recursive: true });
  mkdirSync(`${root}/etc`);
  const files = modules();
  for (const file of files) cpSync(file, `${root}/modules/${basename(file)}`);
  writeFileSync(`${root}/modules/order`, files.map((file) => `${basename(file)}\n`).join(''));
  writeFileSync(`${root}/etc/passwd`, USERS);
  writeFileSync(`${root}/etc/group`, GROUPS);
  cpSync('/bin/busybox', `${root}/busybox`);
  cpSync(join(ROOT, 'tests', 'guest', 'init'), `${root}/init`);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, `${root}/${name}`);
  execFileSync('sh', ['-c', 'find . | cpio --quiet -o -H newc >../initrd.cpio'], { cwd: root });
  return `${folder}/initrd.cpio`;
}

/** The modules in the order in which they must be loaded. */
function modules() {
  const [version] = readdirSync(`${KERNEL}/lib/modules`);
  execFileSync('depmod', ['-b', KERNEL, version]);
  const lines = execFileSync('modprobe', ['-d', KERNEL, '-S', version, '--show-depends', '--all', ...MODULES], { encoding: 'utf8' });
  const files = lines.split('\n').filter((line) => line.startsWith('insmod ')).map((line) => line.split(' ')[1]);
  return [...new Set(files)];
}

/** Lines back and forth over one socket. */
class Line {
  #socket;
  #text = '';
  #lines = [];

  static async to(path) {
    const line = new Line();
    line.#socket = await until('the machine has started', () => open(path), PATIENCE_MS);
    line.#socket.on('data', (data) => line.#take(data));
    return line;
  }

  #take(data) {
    const lines = (this.#text + data).split(/\r*\n/);
    this.#text = lines.pop();
    this.#lines.push(...lines);
  }

  /** Says a line and returns what comes back, up to the line that `isLast` knows. */
  async ask(text, isLast) {
    this.#lines = [];
    this.#socket.write(`${text}\n`);
    return this.next(isLast);
  }

  async next(isLast) {
    const last = await until('the machine answers', () => this.#lines.findIndex(isLast) + 1, PATIENCE_MS);
    return this.#lines.splice(0, last);
  }
}

function open(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
