//! A whole check in a real browser: from the request for the check's page to the form that fetches the answer, and to
//! the answer. Beside it, in the same browser: a page that makes the same round trips with nothing behind them.

import { startWorld } from '../e2e/harness.mjs';
import { chooseSelfsame, givePassword, landing } from '../e2e/sign-in.mjs';
import { startFloor } from './floor.mjs';
import { cpuSeconds } from './process-cost.mjs';
import { quantile, sleep } from './statistics.mjs';
import { Visits } from './visits.mjs';

const GOALS_MS = { p50: 30, p99: 150 };
// A device may speak five times a second.
const APART_MS = 250;

export async function wholeCheck({ quick }) {
  const world = await startWorld('../bench/whole-check', { hooks: false });
  const floor = await startFloor(world.tls, world.idp.origin);
  try {
    const agent = await world.enrolledAgent();
    const browser = await world.browser({ headless: true });
    const visits = await Visits.watch(browser);
    await givePassword(browser.firstPage, world.org);
    const stage = { world, floor, page: browser.firstPage, browser, visits };
    await inTurns(stage, quick ? 3 : 10);
    const read = () => ({ idp: cpuSeconds(world.idp.pid), agent: cpuSeconds(agent.pid) });
    const before = read();
    const measured = await inTurns(stage, quick ? 20 : 250);
    return figures(measured, before, read(), await rulesOf(world.idp, measured.checks.length));
  } finally {
    await floor.close();
    await world.close();
  }
}

/** Checks and bare visits in turns, so that a slow minute slows both. */
async function inTurns(stage, count) {
  const measured = { checks: [], bare: [] };
  for (let turn = 0; turn < count; turn += 1) {
    const apart = sleep(APART_MS);
    measured.checks.push(await oneCheck(stage));
    measured.bare.push(await oneBareVisit(stage));
    await apart;
  }
  return measured;
}

async function oneCheck({ world, browser, page, visits }) {
  // Two failures of one browser hold up the third: each check comes from a browser that was never here.
  await browser.clearCookies({ domain: new URL(world.idp.origin).hostname });
  await page.goto(`${world.org.origin}/factors`);
  visits.forget();
  await chooseSelfsame(page);
  const outcome = await landing(page, world.org);
  if (outcome !== 'other factor') throw new Error(`an agent that has learnt nothing led to: ${outcome}`);
  return visits.last(world.idp.origin);
}

async function oneBareVisit({ world, floor, page, visits }) {
  await page.goto(`${world.org.origin}/factors`);
  visits.forget();
  await page.evaluate((url) => { location.href = url; }, floor.nextCheck());
  await page.locator('#floor-end').waitFor();
  return visits.last(floor.origin);
}

/** Which rules ended the last checks, with how often: a check that fell short would be no whole check. */
async function rulesOf(idp, count) {
  const ended = (await idp.audit(10_000)).filter(({ action }) => action === 'check-other-factor').slice(-count);
  const rules = new Map();
  for (const { details } of ended) {
    const { rule } = typeof details === 'string' ? JSON.parse(details) : details;
    rules.set(rule, (rules.get(rule) ?? 0) + 1);
  }
  return [...rules].map(([rule, times]) => `${rule} ${times}`).join(', ');
}

function figures({ checks, bare }, before, after, rules) {
  const figure = (name, span, share, goal) => ({
    name: `check, ${name}, p${share * 100}`, value: quantile(checks.map(span), share), unit: 'ms',
    beside: { name: 'same round trips, nothing behind', value: quantile(bare.map(span), share) }, goal: { most: goal },
  });
  const [asked, answered] = [({ askedMs }) => askedMs, ({ answeredMs }) => answeredMs];
  const each = (name) => ((after[name] - before[name]) / checks.length * 1000).toFixed(1);
  return [
    figure('page to form', asked, 0.5, GOALS_MS.p50),
    { ...figure('page to form', asked, 0.99, GOALS_MS.p99),
      note: `${checks.length} checks in Chromium, one after the other, with a verdict signed by the agent in each;`
        + ` ends by rule: ${rules}. One RSA signature each, made after the form leaves; a success has two.`
        + ` CPU for each whole check: identity provider ${each('idp')} ms, agent ${each('agent')} ms.` },
    figure('page to response', answered, 0.5, GOALS_MS.p50),
    figure('page to response', answered, 0.99, GOALS_MS.p99),
  ];
}
