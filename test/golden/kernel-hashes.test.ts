/**
 * The bits of every kernel, for each instruction set: a change that moves one is meant, or is a defect. What is meant
 * raises NUMERICS_REVISION (src/experiments/cell-key.ts) and takes the new hashes from `NTKIT_ISA=<set> node
 * test/support/golden-hashes.mjs`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built-package.js';
import { reportFigure } from '../support/figures.js';

const PROGRAM = fileURLToPath(new URL('../support/golden-hashes.mjs', import.meta.url));
type Hashes = Readonly<Record<string, string>>;

const golden = JSON.parse(
  readFileSync(new URL('fixtures/kernel-hashes.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Hashes>>;

interface Found {
  readonly isa: string;
  readonly core: string;
  readonly hashes: Hashes;
  readonly besideLapack: Hashes;
}

function hashesWith(env: Readonly<Record<string, string>>): Found {
  const options = { env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, [PROGRAM], options)) as Found;
}

const KERNELS = Object.keys(golden['portable'] ?? {}).length;
const checked = new Set<string>();

beforeAll(ensureBuilt);

describe('kernels have the bits that are written down', () => {
  it.for([...Object.keys(golden), 'chosen'])('for %s', (set, { skip }) => {
    const { isa, hashes } = hashesWith(set === 'chosen' ? {} : { NTKIT_ISA: set });
    const expected = golden[isa];
    if (expected === undefined) {
      console.warn(
        `NOT CHECKED: ${isa} has no hashes yet; here they are: ${JSON.stringify(hashes)}`,
      );
      return;
    }
    if (set !== 'chosen' && isa !== set) skip(`this machine has no ${set}`);
    expect(hashes).toEqual(expected);
    checked.add(isa);
  });

  afterAll(() => {
    const sets = [...checked].sort().join(', ');
    reportFigure('golden-hashes', checked.size === 0 ? 0 : KERNELS, `kernels, on ${sets}`);
  });

  it('and instruction sets that round differently are told apart', () => {
    expect(golden['avx2']?.['gram float64']).not.toBe(golden['portable']?.['gram float64']);
  });

  it('whichever kernels OpenBLAS picks', ({ skip }) => {
    const chosen = hashesWith({});
    const older = hashesWith({ OPENBLAS_CORETYPE: 'Prescott' });
    if (older.core !== 'Prescott') skip(`this BLAS stays with ${older.core}`);
    expect(older).toEqual({ ...chosen, core: 'Prescott' });
    const another = hashesWith({ OPENBLAS_CORETYPE: 'Nehalem' });
    expect(another).toEqual({ ...chosen, core: 'Nehalem' });
  });
});
