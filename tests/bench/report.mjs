//! The figures of one run: a table for people, and the same as JSON.

/** Collects figures. */
export class Report {
  machine = null;
  figures = [];

  /**
   * Adds the figures of one part.
   *
   * @param figures each `{ name, value, unit, beside?: { name, value }, goal?: { most } | { least } | { leastRatio }, note? }`:
   *   `beside` is the peer or limit in the same unit; a count that no machine changes has none.
   * @param during what `Machine.watch()` saw meanwhile
   */
  add(figures, during) {
    for (const figure of figures) {
      const ratio = figure.beside ? figure.value / figure.beside.value : null;
      this.figures.push({ ...figure, ratio, met: isMet(figure, ratio), during });
    }
  }

  print() {
    const rows = this.figures.map((figure) => [
      figure.name, amount(figure.value, figure.unit), besides(figure), figure.ratio === null ? '' : times(figure.ratio), goal(figure), { true: 'met', false: 'MISSED' }[figure.met] ?? '',
    ]);
    const table = [['figure', 'measured', 'beside it, in the same run', 'ratio', 'goal', ''], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    const line = (row) => row.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd();
    console.log(`\n${describe(this.machine)}\n`);
    for (const row of table) console.log(line(row));
    console.log('');
    for (const { name, note } of this.figures) if (note) console.log(`${name}: ${note}`);
    for (const { name, during } of byPart(this.figures)) {
      console.log(`During "${name}" (${during.seconds} s) the cores were idle for ${percent(during.idle_share)}`
        + ` and taken by the host for ${percent(during.stolen_share)}.`);
    }
  }
}

function isMet({ value, goal: wanted }, ratio) {
  if (wanted?.most !== undefined) return value <= wanted.most;
  if (wanted?.least !== undefined) return value >= wanted.least;
  if (wanted?.leastRatio !== undefined) return ratio >= wanted.leastRatio;
  return null;
}

function goal({ goal: wanted, unit }) {
  if (wanted?.most !== undefined) return `≤ ${wanted.most} ${unit}`;
  if (wanted?.least !== undefined) return `≥ ${wanted.least} ${unit}`;
  if (wanted?.leastRatio !== undefined) return `≥ ${percent(wanted.leastRatio)}`;
  return '';
}

function besides({ beside, unit }) {
  return beside ? `${beside.name}: ${amount(beside.value, unit)}` : '';
}

function byPart(figures) {
  return figures.filter(({ during }, at) => at === 0 || figures[at - 1].during !== during);
}

function describe({ started, ended, cores, processor, memory_gib, kernel, node, load_before, load_after }) {
  return `${started} to ${ended}; ${cores} cores of ${processor}, ${memory_gib} GiB, Linux ${kernel}, Node ${node};`
    + ` load ${load_before[0]} before, ${load_after[0]} after`;
}

function amount(value, unit) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

function times(ratio) {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}
