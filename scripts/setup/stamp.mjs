/**
 * Steps that are skipped while their inputs are unchanged. The stamp holds the inputs' hash as it was
 * when the step began; it is removed before the step and written after it, so that a step cut short has
 * no stamp.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

/**
 * @param step `{ title, stamp, output, hashInputs(root), build(root, signal) }`; `stamp` and `output` are
 *   paths relative to the root.
 * @returns a step of the set-up, `{ title, isCurrent(root), run(root, signal) }`.
 */
export function stampedStep({ title, stamp, output, hashInputs, build }) {
  return {
    title,
    isCurrent(root) {
      return existsSync(join(root, output)) && readStamp(join(root, stamp)) === hashInputs(root);
    },
    async run(root, signal) {
      const hash = hashInputs(root);
      rmSync(join(root, stamp), { force: true });
      await build(root, signal);
      writeStamp(join(root, stamp), hash);
    },
  };
}

function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeStamp(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}
