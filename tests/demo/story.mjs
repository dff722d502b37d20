//! What the demonstration tells: each step with what was due, what came, and how long it took.

/** Collects the steps and prints them. */
export class Story {
  #steps = [];

  /** Whether every step so far ended as it should. */
  get asItShould() { return this.#steps.length > 0 && this.#steps.every((step) => step.due === step.came); }

  say(text) { console.log(text); }

  /** Runs a step; `act` resolves with `{ came, tookMs?, note? }`. A step that throws ends the story. */
  async step(name, due, act) {
    process.stdout.write(`· ${name} … `);
    const started = Date.now();
    const { came, tookMs = Date.now() - started, note = '' } = await act();
    this.#steps.push({ name, due, came, tookMs, note });
    console.log(`${came} (${seconds(tookMs)})${came === due ? '' : `  — should be: ${due}`}`);
  }

  failed(error) {
    console.log(`failed: ${error.message}`);
    this.#steps.push({ name: 'the story broke off', due: 'nothing', came: error.message, tookMs: 0, note: '' });
  }

  print() {
    const rows = this.#steps.map((step) => [
      step.due === step.came ? 'ok' : 'WRONG', step.name, step.came, seconds(step.tookMs), step.note,
    ]);
    const table = [['', 'step', 'outcome', 'time', 'note'], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    console.log('');
    for (const row of table) console.log(row.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd());
    console.log('');
  }
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
