//! A bill of materials in CycloneDX 1.5 on standard output, from `cargo metadata` on standard input: what the packages
//! that are named as arguments are linked from, without what only builds or tests them.

import { readFileSync } from 'node:fs';

const metadata = JSON.parse(readFileSync(0, 'utf8'));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
const packages = new Map(metadata.packages.map((each) => [each.id, each]));

const roots = process.argv.slice(2).map((name) => {
  const found = metadata.packages.find((each) => each.name === name && each.source === null);
  if (!found) throw new Error(`no package of this workspace is called ${name}`);
  return found.id;
});

const linked = reachable(roots);
process.stdout.write(`${JSON.stringify(bill([...linked].sort()), null, 2)}\n`);

function reachable(from) {
  const seen = new Set();
  const waiting = [...from];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (!seen.has(id)) {
      seen.add(id);
      waiting.push(...ordinary(nodes.get(id)));
    }
  }
  return seen;
}

/** Dependencies that are linked in: neither build nor test ones. */
function ordinary(node) {
  return node.deps.filter(({ dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null)).map(({ pkg }) => pkg);
}

function bill(ids) {
  const { version } = packages.get(roots[0]);
  return {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: { component: { type: 'application', name: 'selfsame', version, 'bom-ref': 'selfsame' } },
    components: ids.filter((id) => !roots.includes(id)).map((id) => component(packages.get(id))),
    dependencies: [
      { ref: 'selfsame', dependsOn: roots.flatMap((id) => references(id)) },
      ...ids.filter((id) => !roots.includes(id)).map((id) => ({ ref: reference(id), dependsOn: references(id) })),
    ],
  };
}

function component({ id, name, version, license, description }) {
  return {
    type: 'library', 'bom-ref': reference(id), name, version, purl: reference(id),
    ...(description ? { description: description.trim() } : {}),
    ...(license ? { licenses: [{ expression: license.replaceAll('/', ' OR ') }] } : {}),
  };
}

function reference(id) {
  const { name, version } = packages.get(id);
  return `pkg:cargo/${name}@${version}`;
}

function references(id) {
  return [...new Set(ordinary(nodes.get(id)).map(reference))].sort();
}
