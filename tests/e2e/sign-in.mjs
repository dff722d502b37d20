//! What a person does at the stand-in org, step by step, in a real browser.

/** Gives name and password, and stops at the choice of factor. */
export async function givePassword(page, org, person = org.people[0]) {
  await page.goto(`${org.origin}/`);
  await page.fill('#username', person.login);
  await page.fill('#password', person.password);
  await page.click('#sign-in');
  await page.waitForSelector('#selfsame');
}

/** Chooses Selfsame; what follows is the identity provider's page. */
export async function chooseSelfsame(page) {
  await page.click('#selfsame', { noWaitAfter: true });
}

/** Gives the password, chooses Selfsame, and stops at the identity provider's page. */
export async function reachCheckPage(page, org) {
  await givePassword(page, org);
  await chooseSelfsame(page);
  await page.waitForURL(/\/check\//);
}

/** Password and Selfsame in one go; resolves with how the org ended it and how long the factor took. */
export async function signIn(page, org, { person = org.people[0], timeoutMs = 15_000 } = {}) {
  await givePassword(page, org, person);
  const started = Date.now();
  await chooseSelfsame(page);
  const outcome = await landing(page, org, timeoutMs);
  return { outcome, tookMs: Date.now() - started };
}

/** Waits until the browser is back at the org: 'signed in', 'other factor' or 'invalid'. */
export async function landing(page, org, timeoutMs = 15_000) {
  const back = page.locator('#signed-in, #code, #problem').first();
  await back.waitFor({ timeout: timeoutMs }).catch(() => { throw new Error(`stranded at ${page.url()}`); });
  if (new URL(page.url()).origin !== org.origin) throw new Error(`stranded at ${page.url()}`);
  const id = await back.getAttribute('id');
  return { 'signed-in': 'signed in', code: 'other factor', problem: 'invalid' }[id];
}

/** Passes the org's other factor with the person's code. */
export async function giveCode(page, org, person = org.people[0]) {
  await page.fill('#code', person.code);
  await page.click('#verify');
  await page.waitForSelector('#signed-in');
}

/** Password and the other factor, without Selfsame. */
export async function signInByCode(page, org, person = org.people[0]) {
  await givePassword(page, org, person);
  await page.click('#other-factor');
  await giveCode(page, org, person);
}
