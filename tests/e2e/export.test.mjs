//! Who may read what Selfsame has learnt: a real polkit asks for the person's own password, on a real terminal.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from './folders.mjs';
import { AGENT, run } from './programs.mjs';

const STAGE = join(ROOT, 'tests/e2e/polkit-stage');
const PASSWORD = 'right horse';
const NO_PERMISSION = 11;

/** Runs `selfsame export` as a person who types `typed` when asked. */
async function exported(t, { typed, installed = true }) {
  // Below /tmp, because the person must be able to reach the program.
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-export-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'actions'));
  if (installed) copyFileSync(join(ROOT, 'packaging/linux/org.selfsame.policy'), join(folder, 'actions/org.selfsame.policy'));
  const program = join(folder, 'selfsame');
  copyFileSync(AGENT, program);
  chmodSync(program, 0o755);
  const to = join(folder, 'home/mine');
  const { code, stdout, stderr } = await run(STAGE, [folder, PASSWORD, typed, program, 'export', '--to', to]);
  return { code, said: stdout + stderr, json: `${to}.json`, text: `${to}.txt` };
}

test('with the right password everything that is stored is written for the person alone', async (t) => {
  const { code, said, json, text } = await exported(t, { typed: PASSWORD });
  assert.equal(code, 0, said);
  for (const file of [json, text]) assert.equal(statSync(file).mode & 0o777, 0o600);
  const stored = JSON.parse(readFileSync(json, 'utf8'));
  assert.equal(stored.profile, null);
  assert.match(stored.files[0].what, /where the keys are kept/);
  assert.match(readFileSync(text, 'utf8'), /What is not stored/);
  assert.ok(!said.includes(PASSWORD));
});

test('with a wrong password nothing is exported', async (t) => {
  const { code, said, json, text } = await exported(t, { typed: 'wrong' });
  assert.equal(code, NO_PERMISSION, said);
  assert.match(said, /nothing was exported/);
  assert.ok(!existsSync(json) && !existsSync(text));
});

test('where polkit does not know the question nothing is exported, and the person hears what to install', async (t) => {
  const { code, said, json } = await exported(t, { typed: PASSWORD, installed: false });
  assert.equal(code, NO_PERMISSION, said);
  assert.match(said, /Install polkit and the Selfsame package/);
  assert.ok(!existsSync(json));
});
