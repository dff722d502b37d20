//! What fills every page of the console: people, devices in every condition, weeks of checks. Written into the database
//! of a server that has not started, with an audit chain that holds.

import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

const DAY_MS = 24 * 60 * 60_000;
const GENESIS = '0'.repeat(64);
const SERVICE = 'https://acme.example/saml';
const FILL = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())';

const COMPUTERS = [
  ['ada@acme.example', 'ada-laptop', 'linux', 'active', 'active', 40, 0],
  ['ben@acme.example', 'ben-desk', 'windows', 'active', 'learning', 3, 0],
  ['eva.with.a.very.long.login.name@subsidiary.acme.example', 'a-computer-with-a-rather-long-name-01', 'linux', 'active', 'needs-permission', 9, 1],
  ['jun@acme.example', 'jun-pad', 'windows', 'active', 'active', 60, 12],
  ['kim@acme.example', 'kim-desk', 'linux', 'suspended', 'active', 30, 2],
  ['lee@acme.example', 'lee-old', 'macos', 'revoked', 'active', 90, 50],
];

/** Fills the database of an initialised server. Returns examples of what has a page of its own, and a device to be
 *  lost. */
export function fillConsole(dbFile) {
  const now = Date.now();
  const devices = COMPUTERS.map((computer, n) => ({ id: randomBytes(16).toString('base64url'), person: n + 1, computer }));
  const sql = [
    `INSERT INTO services (entity_id, name, metadata, post_origins, added_ms, settings) VALUES
     (${text(SERVICE)}, 'Acme payroll', '<x/>', 'https://acme.example', ${now - 30 * DAY_MS}, '{"mode":"assist"}'),
     ('https://wiki.acme.example/', 'Acme wiki', '<x/>', 'https://wiki.acme.example', ${now - 9 * DAY_MS}, '{"mode":"observe"}');`,
    ...devices.flatMap((device) => deviceRows(device, now)),
    ...auditRows(checks(devices, now)),
  ];
  execFileSync('python3', ['-c', FILL, dbFile], { input: `BEGIN;\n${sql.join('\n')}\nCOMMIT;` });
  return { device: devices[0].id, lost: devices[1].id, service: SERVICE };
}

function deviceRows({ id, person, computer: [login, host, os, standing, state, enrolled, seen] }, now) {
  return [
    `INSERT INTO people VALUES (${person}, ${text(login)}, ${now - enrolled * DAY_MS});`,
    `INSERT INTO devices (id, person, key, key_storage, host_label, os, agent_version, demo, standing, enrolled_ms, seen_ms, agent_state)
     VALUES (${text(id)}, ${person}, ${text(publicKey())}, 'software', ${text(host)}, ${text(os)}, '0.1.0', 0,
     ${text(standing)}, ${now - enrolled * DAY_MS}, ${now - seen * DAY_MS}, ${text(state)});`,
  ];
}

/** A P-256 key, compressed (SEC 1 §2.3.3). */
function publicKey() {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const odd = Buffer.from(y, 'base64url').at(-1) % 2;
  return Buffer.concat([Buffer.from([2 + odd]), Buffer.from(x, 'base64url')]).toString('base64url');
}

function* checks(devices, now) {
  for (let day = 20; day >= 0; day -= 1) {
    for (let n = 0; n < 6 + ((day * 5) % 7); n += 1) {
      const { id, computer: [login] } = devices[n % 4];
      const time = now - day * DAY_MS + n * 1000 - 60_000;
      const known = { check: randomBytes(16).toString('base64url'), request: `_${n}`, device: id };
      yield { time, actor: login, ...ended(n, known) };
    }
  }
}

function ended(n, known) {
  const judged = {
    ...known, channel: 'extension', verdict: 'same', level: '1e-2', evidence_age: 'under-10-s', reasons: [], model: 3, demo: false,
  };
  if (n % 6 === 4) {
    const unsure = { ...judged, rule: 'verdict-unsure', verdict: 'unsure', level: null, reasons: ['too-little-input'] };
    return { action: 'check-other-factor', target: SERVICE, details: unsure };
  }
  if (n % 6 === 5) return { action: 'check-other-factor', target: SERVICE, details: { ...known, rule: 'no-presence', device: null } };
  if (n % 6 === 3) {
    return { action: 'check-other-factor', target: 'https://wiki.acme.example/', details: { ...judged, rule: 'observe-only', would: 'approved' } };
  }
  return { action: 'check-approved', target: SERVICE, details: { ...judged, rule: 'all-rules-met' } };
}

/** Lines after those of `init`, which are replaced. The hash is that of `audit.rs`. */
function auditRows(events) {
  const rows = ['DROP TRIGGER audit_is_append_only_delete;', 'DELETE FROM audit;'];
  let prev = GENESIS;
  let seq = 0;
  for (const { time, actor, action, target, details } of events) {
    seq += 1;
    const json = JSON.stringify(details);
    const hash = createHash('sha256').update(JSON.stringify([seq, time, actor, action, target, json, prev])).digest('hex');
    rows.push(`INSERT INTO audit VALUES (${seq}, ${time}, ${text(actor)}, ${text(action)}, ${text(target)}, ${text(json)}, '${prev}', '${hash}');`);
    prev = hash;
  }
  return rows;
}

function text(value) {
  return `'${String(value).replaceAll("'", "''")}'`;
}
