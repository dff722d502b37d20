//! The test desktop proved on its own: what arrives there looks like a keyboard, and its keyring keeps a secret.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startDesktop } from './display.mjs';
import { freshFolder } from './folders.mjs';
import { Processes } from './processes.mjs';
import { run } from './programs.mjs';

describe('the test desktop', () => {
  const dir = freshFolder('display');
  const processes = new Processes(`${dir}/logs`);
  let desktop;

  before(async () => { desktop = await startDesktop(processes, dir); });
  after(() => processes.stopAll());

  test('keeps a secret in its keyring', async () => {
    const attributes = ['service', 'selfsame-test'];
    await run('secret-tool', ['store', '--label=test', ...attributes], { env: desktop.env, input: 'kept' });
    const { stdout } = await run('secret-tool', ['lookup', ...attributes], { env: desktop.env });
    assert.equal(stdout, 'kept');
  });

  test('has a tray without anything in it', async () => {
    assert.deepEqual(await desktop.trayItems(), []);
  });

  test('moves its pointer when the outer server is moved', async () => {
    const outside = { env: { ...desktop.env, DISPLAY: desktop.outer } };
    await run('xdotool', ['mousemove', '700', '300', 'sleep', '0.3'], outside);
    const { stdout } = await run('xdotool', ['getmouselocation'], { env: desktop.env });
    assert.match(stdout, /x:700 y:300/);
  });
});
