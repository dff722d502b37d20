//! The player proved on its own: every key that a recording has arrives in the inner display, at its time.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { writeFileSync } from 'node:fs';

import { startDesktop } from './display.mjs';
import { freshFolder } from './folders.mjs';
import { Processes } from './processes.mjs';
import { play } from './typing.mjs';

/** Half the intervals may be this much off: an idle machine shows 0, one with four jobs for each core shows 4. */
const MEDIAN_ERROR_MS = 10;

describe('a recording that is played', () => {
  const dir = freshFolder('typing');
  const processes = new Processes(`${dir}/logs`);
  let desktop;

  before(async () => { desktop = await startDesktop(processes, dir); });
  after(() => processes.stopAll());

  test('arrives key by key and at its own speed', async (context) => {
    const file = `${dir}/recording.csv`;
    writeFileSync(file, steadyTyping('the quick brown fox jumps over the lazy dog'));
    const { keys, timing } = await play(desktop, { keys: { file, user: 'steady' } }, { sessions: '0..1', measure: true });
    context.diagnostic(JSON.stringify(timing));
    assert.equal(keys, 43);
    assert.deepEqual([timing.sent, timing.captured, timing.unsent], [86, 86, 0]);
    assert.ok(timing.interval_error_p50_ms <= MEDIAN_ERROR_MS, JSON.stringify(timing));
  });
});

/** Rows of somebody who presses a key every 120 ms and holds each for 70 ms. */
function steadyTyping(text) {
  const rows = [...text].flatMap((character, index) => {
    const key = character === ' ' ? 'space' : character;
    return [`steady,0,${index * 120},kd,${key},,`, `steady,0,${index * 120 + 70},ku,${key},,`];
  });
  return `user,session,t_ms,kind,code,x,y\n${rows.join('\n')}\n`;
}
