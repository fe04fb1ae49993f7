/**
 * Lines of native/core that the C++ tests run, by gcov. Kernels of instruction sets that this machine lacks are
 * not counted: `node scripts/check.mjs emulated` runs them.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { recordFigure } from '../reliability/figures.mjs';
import { runQuietly } from '../support/command.mjs';
import { listFiles } from '../support/files.mjs';

/** Percent of the lines of native/core. */
const FLOOR = 90;
/** Sets that a processor may lack, with what the kernel says when it has one. */
const SETS = {
  avx2: /\bavx2\b/,
  avx512: /\bavx512f\b[^]*\bavx512_vpopcntdq\b/,
  neon: /\basimd\b/,
};

/** The number of runs of each line of native/core: a map of files to maps of lines. */
export function countLines(reports) {
  const files = new Map();
  for (const { files: parts } of reports) {
    for (const { file, lines } of parts) {
      const path = join(file);
      if (!path.startsWith('native/core/')) continue;
      const counts = files.get(path) ?? new Map();
      files.set(path, counts);
      for (const { line_number: line, count } of lines) {
        counts.set(line, (counts.get(line) ?? 0) + count);
      }
    }
  }
  return files;
}

/** The kernels of sets that are not among the processor's features. */
export function unreachable(paths, features) {
  const missing = Object.keys(SETS).filter((set) => !SETS[set].test(features));
  return paths.filter((path) => missing.some((set) => path.endsWith(`_${set}.cpp`)));
}

const countsIn = (root, folder) => listFiles(root, folder).filter((file) => file.endsWith('.gcda'));

/** Forgets what programs built in the folder have run. */
export function forgetCounts(root, folder) {
  for (const file of countsIn(root, folder)) rmSync(join(root, file));
}

/** gcov's reports of all units that programs built in the folder have run. */
async function reportsOf(root, folder) {
  const options = ['--json-format', '--stdout'];
  const output = await runQuietly('gcov', [...options, ...countsIn(root, folder)], { cwd: root });
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

async function processorFeatures() {
  return existsSync('/proc/cpuinfo') ? runQuietly('cat', ['/proc/cpuinfo']) : '';
}

/** Prints the share of each file that programs built in the folder have run; throws below the floor. */
export async function requireCoverage(root, folder) {
  const files = countLines(await reportsOf(root, folder));
  const excluded = unreachable([...files.keys()], await processorFeatures());
  let [all, covered] = [0, 0];
  for (const path of [...files.keys()].sort()) {
    const counts = [...files.get(path).values()];
    const ran = counts.filter((count) => count > 0).length;
    const skipped = excluded.includes(path);
    const note = skipped ? ', not counted: this processor lacks the set' : '';
    const percent = ((100 * ran) / counts.length).toFixed(1);
    console.log(`${percent.padStart(5)} % of ${String(counts.length).padStart(4)} ${path}${note}`);
    if (skipped) continue;
    all += counts.length;
    covered += ran;
  }
  const percent = (100 * covered) / all;
  const total = `${percent.toFixed(2)} % of ${all} lines of native/core`;
  recordFigure(root, { name: 'native-coverage', seen: percent, detail: `of ${all} lines` });
  if (!(percent >= FLOOR))
    throw new Error(`Expected at least ${FLOOR} % but the tests run ${total}`);
  return `${total}, floor ${FLOOR} %`;
}
