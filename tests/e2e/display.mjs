//! A desktop of one test: Xvfb outside, Xephyr inside it, a window manager, a panel with a tray, a D-Bus session and
//! an unlocked keyring. Keys sent to the outer server by XTEST reach programs inside as if a keyboard sent them.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { until } from './processes.mjs';

const run = promisify(execFile);
// The size of the screens that the pointer recordings come from.
const WIDTH = 1920;
const HEIGHT = 1080;
const SCREEN = `${WIDTH}x${HEIGHT}`;
const PANEL_HEIGHT = 32;

/**
 * Starts the desktop below `dir`, its programs kept by `processes`.
 *
 * @returns `{ env, outer, inner, home, trayAt, screenshot(file), trayItems() }`: `env` is for programs on the inner
 *   display, `outer` and `inner` are display names, `trayAt` is the middle of the tray's first icon.
 */
export async function startDesktop(processes, dir) {
  const base = privateHome(dir);
  writePanelSettings(base.XDG_CONFIG_HOME);
  const xvfb = processes.start('xvfb', 'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${SCREEN}x24`, '-nolisten', 'tcp', '-noreset'], { env: base, readyFd: 3 });
  const outer = `:${await xvfb.firstLine()}`;
  const xephyr = processes.start('xephyr', 'Xephyr',
    ['-displayfd', '3', '-screen', SCREEN, '-nolisten', 'tcp', '-noreset', '-no-host-grab'],
    { env: { ...base, DISPLAY: outer }, readyFd: 3 });
  const inner = `:${await xephyr.firstLine()}`;
  const env = await startSession(processes, { ...base, DISPLAY: inner });
  const desktop = {
    env, outer, inner, home: base.HOME,
    trayAt: { x: PANEL_HEIGHT / 2, y: HEIGHT - PANEL_HEIGHT / 2 },
    screenshot: (file) => run('import', ['-window', 'root', file], { env }),
    trayItems: () => trayItems(env),
  };
  await startShell(processes, env);
  return desktop;
}

function privateHome(dir) {
  const inside = (name) => {
    const path = join(dir, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const home = inside('home');
  return {
    PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home,
    XDG_CONFIG_HOME: inside('home/.config'), XDG_DATA_HOME: inside('home/.local/share'),
    XDG_STATE_HOME: inside('home/.local/state'), XDG_CACHE_HOME: inside('home/.cache'),
    XDG_RUNTIME_DIR: inside('run'), XDG_CURRENT_DESKTOP: 'XFCE', XDG_SESSION_TYPE: 'x11',
    NO_AT_BRIDGE: '1', GTK_A11Y: 'none', GSETTINGS_BACKEND: 'memory',
  };
}

async function startSession(processes, base) {
  const bus = processes.start('dbus', 'dbus-daemon',
    ['--session', '--nofork', '--nopidfile', '--print-address=3'], { env: base, readyFd: 3 });
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: await bus.firstLine() };
  processes.start('keyring', 'gnome-keyring-daemon',
    ['--unlock', '--foreground', '--components=secrets'], { env, input: 'test\n' });
  await until('the keyring answers', () => owns(env, 'org.freedesktop.secrets'));
  return env;
}

async function startShell(processes, env) {
  await run('xsetroot', ['-solid', '#41506b'], { env });
  processes.start('openbox', 'openbox', [], { env });
  processes.start('panel', 'xfce4-panel', ['--disable-wm-check'], { env });
  await until('the panel shows its tray', () => owns(env, 'org.kde.StatusNotifierWatcher'), 20_000);
}

async function owns(env, name) {
  const answer = await gdbus(env, 'org.freedesktop.DBus', '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner', name);
  return answer.includes('true');
}

async function trayItems(env) {
  const answer = await gdbus(env, 'org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher',
    'org.freedesktop.DBus.Properties.Get', 'org.kde.StatusNotifierWatcher', 'RegisteredStatusNotifierItems');
  return [...answer.matchAll(/'([^']+)'/g)].map((match) => match[1]);
}

async function gdbus(env, destination, path, method, ...args) {
  const { stdout } = await run('gdbus',
    ['call', '--session', '--dest', destination, '--object-path', path, '--method', method, ...args], { env });
  return stdout;
}

/** One panel along the bottom edge: the tray at its left end, where a test can find it, and a clock at its right. */
function writePanelSettings(config) {
  const folder = join(config, 'xfce4', 'xfconf', 'xfce-perchannel-xml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'xfce4-panel.xml'), `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="${PANEL_HEIGHT}"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/><value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"><property name="square-icons" type="bool" value="true"/></property>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/><property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="clock"/>
  </property>
</channel>
`);
}
