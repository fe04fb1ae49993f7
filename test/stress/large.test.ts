/** More elements than a 32-bit index counts: in the long run alone, since such a result takes 8 GiB. */
import { describe, expect, it } from 'vitest';
import { Matrix, gaussian, gram, infiniteNtk, runtimeInfo } from '../../src/index.js';
import { FULL } from '../support/effort.js';

/** The square of 46,341 is the first beyond 2^31. */
const POINTS = 46_400;
const INPUTS = 3;
const NEEDED = 1.3 * 4 * POINTS ** 2;

describe.skipIf(!FULL || runtimeInfo().memory < NEEDED)(
  'matrices of more than 2^31 elements',
  () => {
    const X = Matrix.of(gaussian(1, 1, POINTS * INPUTS), POINTS, INPUTS).toFloat32();
    const last = [POINTS - 1, POINTS - 2, POINTS - 129, 46_341, 46_340];
    const all = [...last, 0, 1, 12_345];
    const some = Matrix.of(
      Float32Array.from(all.flatMap((i) => Array.from({ length: INPUTS }, (_, j) => X.at(i, j)))),
      all.length,
      INPUTS,
    );

    // A kernel of few points is computed by the same loops at small indices.
    it.each([
      ['gram', gram],
      ['infiniteNtk', infiniteNtk],
    ] as const)('%s has its last rows right', { timeout: 600_000 }, async (_, kernel) => {
      const expected = await kernel(some);
      const K = await kernel(X);
      expect(K.data.length).toBeGreaterThan(2 ** 31);
      for (const [a, i] of all.entries()) {
        for (const [b, j] of all.entries()) {
          expect(K.at(i, j), `entry ${i}, ${j}`).toBeCloseTo(expected.at(a, b), 4);
        }
      }
    });
  },
);
