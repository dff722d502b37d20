//! One HTTPS request of the tests: names under `.test` are this machine, and only the test authority is trusted.

import { readFileSync } from 'node:fs';
import { lookup } from 'node:dns';
import { request } from 'node:https';

/**
 * Makes one request and reads the whole answer.
 *
 * @param {object} call `{ url, method?, headers?, body?, caFile?, timeoutMs? }`
 * @returns {Promise<{status: number, headers: object, body: string}>}
 */
export function callHttps({ url, method = 'GET', headers = {}, body = '', caFile, timeoutMs = 5000 }) {
  const ca = caFile ? readFileSync(caFile) : undefined;
  const length = method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = { method, ca, lookup: lookupTestName, agent: false, headers: { ...length, ...headers } };
    const call = request(url, options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({
        status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString(),
      }));
    });
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`no answer from ${url} within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end(body);
  });
}

function lookupTestName(hostname, options, callback) {
  if (!hostname.endsWith('.test')) return lookup(hostname, options, callback);
  const address = { address: '127.0.0.1', family: 4 };
  return options.all ? callback(null, [address]) : callback(null, address.address, address.family);
}
