/** The files of the repository, listed and hashed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file under a path, relative to the root, in a fixed order; a missing path has none. */
export function listFiles(root, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** The repository's C++ files. */
export function listCpp(root) {
  return ['native', 'test/native']
    .flatMap((folder) => listFiles(root, folder))
    .filter((file) => /\.(cpp|hpp)$/.test(file));
}

/**
 * SHA-256 over names and contents of the given files and folders.
 *
 * @param facts what else the result depends on, such as a version.
 */
export function hashFiles(root, paths, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const file of paths.flatMap((path) => listFiles(root, path))) {
    const content = readFileSync(join(root, file));
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
