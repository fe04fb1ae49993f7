/** Data of one's own: a folder with the four IDX files, here written first, swept into a run folder that can be resumed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSweep } from 'ntkit';

const SIDE = 6;
const CLASSES = 3;
const folder = mkdtempSync(join(tmpdir(), 'own-data-'));

function idx(sizes: readonly number[], bytes: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(bytes)]);
}

for (const [split, count] of [
  ['train', 90],
  ['t10k', 45],
] as const) {
  const labels = Array.from({ length: count }, (_, i) => i % CLASSES);
  const pixels = labels.flatMap((label, i) =>
    Array.from(
      { length: SIDE ** 2 },
      (_, k) => (k % SIDE === label ? 150 : 0) + ((i * 31 + k * 17) % 97),
    ),
  );
  writeFileSync(join(folder, `${split}-images-idx3-ubyte`), idx([count, SIDE, SIDE], pixels));
  writeFileSync(join(folder, `${split}-labels-idx1-ubyte`), idx([count], labels));
}

const request = {
  measure: ['spectrum', 'kernel'],
  data: { name: 'own', path: folder },
  ...{ n: 60, test: 30, seed: '0..2', model: ['relu', 'attention'] as const },
};
const out = join(folder, 'run');
const first = await runSweep(request, { out });
let computed = 0;
const second = await runSweep(request, { out, onCell: () => computed++ });
console.log(
  `${first.cells.length} cells, then ${computed} computed again, complete: ${second.complete}`,
);
rmSync(folder, { recursive: true });
