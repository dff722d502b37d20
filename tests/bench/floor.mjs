//! The least that a check can take in a browser: a page, its script and style from the cache, a question to a program on
//! this computer, what came of it to the server, and a form that fetches the answer. Nothing is verified, signed or stored.

import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';

// About as much as a signed proof, and as an answer with its response.
const PROOF = 'x'.repeat(700);
const ANSWER = 'x'.repeat(6000);
const STYLE = 'body { font: 16px/1.5 sans-serif; margin: 3rem; }';
const CACHED = { 'cache-control': 'public, max-age=31536000, immutable' };

const script = (port) => `(async () => {
  const base = location.pathname;
  const post = (url, body) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await navigator.permissions.query({ name: 'loopback-network' });
  post(base + '/ask', '{"state":"asking"}');
  const { proof } = await (await post('http://127.0.0.1:${port}/v1/presence', '{"v":1}')).json();
  await post(base + '/proof', JSON.stringify({ proof }));
  document.getElementById('respond').submit();
})();`;

/** Starts the server, with the certificate of `idpOrigin`'s host, and the program beside it. */
export async function startFloor(tls, idpOrigin) {
  const agent = createHttp(answerAsAgent);
  await listen(agent);
  const server = createHttps({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, answerAsServer(agent));
  await listen(server);
  const origin = `https://${new URL(idpOrigin).hostname}:${server.address().port}`;
  let checks = 0;
  return {
    origin,
    nextCheck() { checks += 1; return `${origin}/check/${checks}`; },
    async close() { await Promise.all([agent, server].map(end)); },
  };
}

function answerAsAgent(request, response) {
  const allow = {
    'access-control-allow-origin': request.headers.origin ?? '*', 'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600', vary: 'origin',
  };
  if (request.method === 'OPTIONS') return response.writeHead(204, allow).end();
  return afterBody(request, () => response.writeHead(200, { ...allow, 'content-type': 'application/json' })
    .end(JSON.stringify({ proof: PROOF })));
}

function answerAsServer(agent) {
  const table = {
    'GET /floor.css': [STYLE, 'text/css', CACHED],
    'GET /floor.js': [script(agent.address().port), 'text/javascript', CACHED],
    'POST respond': [`<!doctype html><title>Answer</title><p id="floor-end">${ANSWER}`, 'text/html'],
    'POST ask': ['{"next":"wait"}', 'application/json'],
    'POST proof': ['{"next":"respond"}', 'application/json'],
  };
  return (request, response) => afterBody(request, () => {
    const key = request.url.startsWith('/check/') ? request.url.split('/')[3] : request.url;
    const [body, type, headers] = table[`${request.method} ${key}`] ?? [page(request.url), 'text/html'];
    response.writeHead(200, { 'cache-control': 'no-store', ...headers, 'content-type': `${type}; charset=utf-8` }).end(body);
  });
}

function page(base) {
  return `<!doctype html><html lang="en"><title>Floor</title><link rel="stylesheet" href="/floor.css">
    <script src="/floor.js" defer></script><h1>Checking that it is you</h1>
    <form id="respond" method="post" action="${base}/respond" hidden></form></html>`;
}

function afterBody(request, then) {
  request.on('end', then).resume();
}

function listen(server) {
  return new Promise((resolve, reject) => { server.once('error', reject).listen(0, '127.0.0.1', resolve); });
}

function end(server) {
  return new Promise((resolve) => { server.closeAllConnections?.(); server.close(resolve); });
}
