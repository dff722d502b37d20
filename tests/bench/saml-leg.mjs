//! The SAML leg: a signed Redirect request in, a signed response out, over HTTPS with keep-alive, for each second of the
//! server's time on a core. The limit is what the machine can sign; the peer is npm's samlp doing the same.
//!
//! The requests forbid any interaction, so the identity provider answers each at once with `NoPassive`: it verifies the
//! request, remembers it, writes its audit record and signs once. A success also needs a device's verdict and has two
//! signatures; here it is measured inside one process.

import { createPrivateKey } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { IDP_HOST, startWorld } from '../e2e/harness.mjs';
import { makeSigningPair } from '../e2e/certificates.mjs';
import { ROOT } from '../e2e/folders.mjs';
import { cargoBench } from './cargo-bench.mjs';
import { cpuSeconds } from './process-cost.mjs';
import { askAll, signaturesIn, signedRequests } from './saml-requests.mjs';
import { median } from './statistics.mjs';

const GOAL_SHARE = 0.85;
const CONNECTIONS = 32;

export async function samlLeg({ quick }) {
  const world = await startWorld('../bench/saml-leg', { hooks: false, desktop: false });
  const peer = await startPeer(world);
  try {
    const files = signingFiles(world);
    const ours = { entryPoint: `${world.idp.origin}/saml/sso`, pid: world.idp.pid, count: quick ? 500 : 3000 };
    const theirs = { entryPoint: `${peer.origin}/sso`, pid: peer.pid, count: quick ? 50 : 400 };
    const rounds = [];
    // The first round warms both servers up and is not counted.
    for (let round = 0; round <= (quick ? 1 : 5); round += 1) {
      rounds.push({ openssl: await opensslRate(), ours: await leg(world, ours), theirs: await leg(world, theirs) });
    }
    const rust = await cargoBench('signing', files.key, files.certificate);
    return figures(rounds.slice(1), rust);
  } finally {
    await world.close();
  }
}

function figures(rounds, rust) {
  const middle = (pick) => median(rounds.map(pick));
  const ours = { name: 'SAML leg, one signature', value: middle((round) => round.ours.perCpuSecond), unit: '/CPU-s' };
  const [first] = rounds;
  const spread = (pick) => `${Math.round(Math.min(...rounds.map(pick)))} to ${Math.round(Math.max(...rounds.map(pick)))}`;
  return [
    { ...ours, beside: { name: 'ring, RSA-2048 signatures', value: rust.ring_signatures }, goal: { leastRatio: GOAL_SHARE },
      note: `${rounds.length} rounds of ${first.ours.count} requests on ${CONNECTIONS} connections, ${first.ours.signatures} signature`
        + ` in each response; rounds from ${spread((round) => round.ours.perCpuSecond)}, by the clock`
        + ` ${Math.round(middle((round) => round.ours.perSecond))} a second.` },
    { ...ours, beside: { name: 'openssl speed, RSA-2048 signatures', value: middle((round) => round.openssl) },
      goal: { leastRatio: GOAL_SHARE }, note: `openssl's rounds from ${spread((round) => round.openssl)}.` },
    { ...ours, beside: { name: `samlp, ${first.theirs.signatures} signature`, value: middle((round) => round.theirs.perCpuSecond) },
      note: `samlp's rounds from ${spread((round) => round.theirs.perCpuSecond)}, each of ${first.theirs.count} requests.` },
    { name: 'response in one process, one signature', value: rust.failures, unit: '/CPU-s',
      beside: { name: 'ring, RSA-2048 signatures', value: rust.ring_signatures } },
    { name: 'response in one process, two signatures', value: rust.successes, unit: '/CPU-s',
      beside: { name: 'ring, RSA-2048 signatures, halved', value: rust.ring_signatures / 2 }, goal: { leastRatio: GOAL_SHARE } },
  ];
}

/** Asks a server everything that was prepared, and says how many answers a second of its time gives. */
async function leg(world, { entryPoint, pid, count }) {
  const urls = await signedRequests(world.org, entryPoint, count);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: readFileSync(world.authority.cert) });
  // Handshakes are not part of the leg.
  const warmUp = await signedRequests(world.org, entryPoint, CONNECTIONS);
  await askAll(agent, warmUp, CONNECTIONS);
  const [cpu, clock] = [cpuSeconds(pid), performance.now()];
  const answers = await askAll(agent, urls, CONNECTIONS);
  const [cpuTaken, taken] = [cpuSeconds(pid) - cpu, (performance.now() - clock) / 1000];
  agent.destroy();
  return { count, perCpuSecond: count / cpuTaken, perSecond: count / taken, signatures: signaturesIn(answers) };
}

/** The peer in a process of its own, with the same kinds of key and the same service. */
async function startPeer(world) {
  const options = {
    hostname: IDP_HOST, tls: world.tls, signing: makeSigningPair(join(world.dir, 'keys'), 'samlp'),
    serviceCert: join(world.dir, 'keys', 'org.crt'), login: world.org.people[0].login,
  };
  const program = join(ROOT, 'tests', 'bench', 'samlp-server.mjs');
  const peer = world.processes.start('samlp', process.execPath, [program, JSON.stringify(options)], {
    env: { PATH: process.env.PATH }, readyFd: 1,
  });
  return { origin: await peer.firstLine(), pid: peer.pid };
}

/** The identity provider's own signing key, as the benchmark of the crate reads it. */
function signingFiles(world) {
  const key = join(world.dir, 'saml.key.der');
  const pem = readFileSync(join(world.idp.data, 'keys', 'saml.key.pem'), 'utf8');
  writeFileSync(key, createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }), { mode: 0o600 });
  return { key, certificate: join(world.idp.data, 'keys', 'saml.crt.pem') };
}

/** RSA-2048 signatures for each second of a core, as the openssl command measures itself. */
async function opensslRate() {
  const { stdout } = await promisify(execFile)('openssl', ['speed', '-seconds', '3', 'rsa2048']);
  const found = /^rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)/m.exec(stdout);
  if (!found) throw new Error(`openssl speed says something new: ${stdout}`);
  return Number(found[1]);
}
