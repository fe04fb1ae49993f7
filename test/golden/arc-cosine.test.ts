/** Infinite-width kernels of pairs of vectors against values computed to 50 digits. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, it } from 'vitest';
import { Matrix, deepNtk, infiniteNtk } from '../../src/index.js';
import { expectClose, largestError } from '../support/expect-close.js';
import { reportFigure } from '../support/figures.js';
import { TOLERANCE } from '../support/tolerance.js';
import { PRECISIONS } from '../unit/linalg/matrices.js';

const KERNELS = ['first', 'both', 'depth3', 'depth6'] as const;
type Pair = { readonly x: number[]; readonly z: number[] } & Readonly<
  Record<(typeof KERNELS)[number], string>
>;

const pairs = JSON.parse(
  readFileSync(new URL('fixtures/arc-cosine.json', import.meta.url), 'utf8'),
) as readonly Pair[];

/** Of all pairs and kernels in float64. */
let worst = 0;

afterAll(() => {
  reportFigure(
    'kernel-error',
    worst,
    `${pairs.length} pairs of vectors, ${KERNELS.length} kernels`,
  );
});

describe.each(PRECISIONS)('in $name', ({ name, round, tolerance }) => {
  it.each(pairs)('$x and $z', async ({ x, z, ...expected }) => {
    const [X, Z] = [round(Matrix.from([x])), round(Matrix.from([z]))];
    const kernels = {
      first: await infiniteNtk(X, Z),
      both: await infiniteNtk(X, Z, { trained: 'both' }),
      depth3: await deepNtk(X, Z, { depth: 3 }),
      depth6: await deepNtk(X, Z, { depth: 6 }),
    };
    const ratios = KERNELS.map((name) => kernels[name].at(0, 0) / Number(expected[name]));
    if (name === 'float64') worst = Math.max(worst, largestError(ratios, [1, 1, 1, 1]));
    expectClose(ratios, [1, 1, 1, 1], tolerance);
  });
});

it('there are pairs at every angle', ({ expect }) => {
  expect(pairs.length).toBeGreaterThan(40);
  expect(TOLERANCE.kernel).toBeLessThanOrEqual(1e-13);
});
