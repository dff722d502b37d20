//! Where a test puts what it makes: `target/e2e/NAME`, emptied when the test starts.

import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The root of the project. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** An empty folder `target/e2e/NAME`. */
export function freshFolder(name) {
  const folder = join(ROOT, 'target', 'e2e', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
