//! The stand-in's routes: sign-in, choice of factor, assertion consumer service, one-time code, home.

import { judge, newFactor, spMetadata } from './saml-factor.mjs';
import * as pages from './pages.mjs';

const FORM_LIMIT_BYTES = 256 * 1024;

/** The request handler of the org. */
export function routes(org) {
  const table = {
    'GET /': (call) => call.page(pages.signIn()),
    'POST /signin': (call) => checkPassword(org, call),
    'GET /factors': (call) => withSession(call, () => call.page(pages.factors(call.session.person))),
    'POST /factors/selfsame': (call) => withSession(call, () => askSelfsame(org, call)),
    'GET /factors/code': (call) => withSession(call, () => call.page(pages.code(call.session))),
    'POST /factors/code': (call) => withSession(call, () => checkCode(org, call)),
    'POST /sso/saml2/0oaacmestandin0001': (call) => consumeAssertion(org, call),
    'GET /home': (call) => withSession(call, () => showHome(call)),
    'GET /metadata': (call) => call.send(200, 'application/samlmetadata+xml', spMetadata(org)),
  };
  return async (request, response) => {
    const call = newCall(org, request, response);
    try {
      const handler = table[`${request.method} ${new URL(request.url, org.origin).pathname}`];
      if (!handler) return call.send(404, 'text/plain', 'Not found');
      call.form = request.method === 'POST' ? await readForm(request) : {};
      await handler(call);
    } catch (error) {
      org.outcomes.push({ at: Date.now(), outcome: 'error', reason: error.message });
      call.send(500, 'text/plain', error.message);
    }
  };
}

function newCall(org, request, response) {
  return {
    request,
    response,
    session: org.sessions.of(request),
    send(status, type, body) {
      response.writeHead(status, {
        'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', 'referrer-policy': org.referrerPolicy,
      }).end(body);
    },
    page(html, status = 200) { this.send(status, 'text/html', html); },
    goTo(path) { response.writeHead(303, { location: path, 'cache-control': 'no-store' }).end(); },
  };
}

async function readForm(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > FORM_LIMIT_BYTES) throw new Error('the form is too large');
    chunks.push(chunk);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

function withSession(call, action) {
  return call.session ? action() : call.goTo('/');
}

function checkPassword(org, call) {
  const person = org.people.find(({ login }) => login === call.form.username);
  if (!person || person.password !== call.form.password) {
    return call.page(pages.signIn('Unable to sign in'), 401);
  }
  org.sessions.open(call.response, person);
  return call.goTo('/factors');
}

async function askSelfsame(org, call) {
  if (!org.identityProvider) throw new Error('no identity provider is configured');
  const { session } = call;
  session.factor ??= newFactor(org);
  session.askedAt = Date.now();
  if (org.binding === 'HTTP-Redirect') {
    return call.goTo(await session.factor.getAuthorizeUrlAsync(session.id, undefined, {}));
  }
  return call.page(pages.autoPost(
    org.identityProvider.sso['HTTP-POST'],
    await session.factor.getAuthorizeMessageAsync(session.id),
  ));
}

async function consumeAssertion(org, call) {
  const { session, form } = call;
  if (!session?.factor || form.RelayState !== session.id) {
    org.outcomes.push({ at: Date.now(), outcome: 'invalid', reason: 'no sign-in of this browser is waiting' });
    return call.page(pages.problem('This response does not belong to a sign-in of this browser.'), 400);
  }
  const judged = await judge(session.factor, form, session.person.login);
  org.outcomes.push(record(session, judged));
  if (judged.result === 'invalid') return call.page(pages.problem(`The response is not valid: ${judged.reason}`), 400);
  if (judged.result === 'refused') {
    session.refused = judged.status;
    return call.goTo('/factors/code');
  }
  session.signedIn = { by: 'Selfsame', assertion: assertionFields(judged.profile) };
  return call.goTo('/home');
}

function record(session, { result, status, reason, profile }) {
  const tookMs = Date.now() - session.askedAt;
  return { at: Date.now(), outcome: result, login: session.person.login, tookMs, status, reason, nameId: profile?.nameID };
}

function assertionFields(profile) {
  const { nameID, nameIDFormat, issuer, sessionIndex, inResponseTo } = profile;
  const other = Object.entries(profile).filter(([name, value]) => name.includes(':') && typeof value === 'string');
  return { NameID: nameID, Format: nameIDFormat, Issuer: issuer, SessionIndex: sessionIndex, InResponseTo: inResponseTo,
    ...Object.fromEntries(other) };
}

async function checkCode(org, call) {
  const { session, form } = call;
  if (form.code !== session.person.code) {
    return call.page(pages.code(session, 'That code is not right'), 401);
  }
  await org.hooks?.reportFactor(session.person, session.id, 'OKTA_SOFT_TOKEN');
  org.outcomes.push({ at: Date.now(), outcome: 'code', login: session.person.login });
  session.signedIn = { by: 'a one-time code', assertion: null };
  return call.goTo('/home');
}

function showHome(call) {
  return call.session.signedIn ? call.page(pages.home(call.session)) : call.goTo('/factors');
}
