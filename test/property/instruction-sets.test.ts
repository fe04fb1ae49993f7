/**
 * Every instruction set gives the same bits where counts are exact, and the same softmax attention and training to rounding:
 * the portable set has no fused operations.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../support/expect-close.js';
import { TOLERANCE } from '../support/tolerance.js';

const PROGRAM = fileURLToPath(new URL('../support/hash-kernels.mjs', import.meta.url));

interface Hashes {
  readonly isa: string;
  readonly hashes: Readonly<Record<string, string>>;
  readonly rounded: Readonly<Record<'float64' | 'float32', readonly number[]>>;
}

function hashesWith(isa: string): Hashes {
  const env = { ...process.env, NTKIT_ISA: isa };
  const output = execFileSync(process.execPath, [PROGRAM], { env, encoding: 'utf8' });
  return JSON.parse(output) as Hashes;
}

const portable = hashesWith('portable');

describe('NTKIT_ISA', () => {
  it('portable runs everywhere', () => {
    expect(portable.isa).toBe('portable');
    expect(Object.keys(portable.hashes).length).toBeGreaterThan(3);
  });

  it.each(['avx2', 'avx512'])(
    '%s, or what runs in its place, gives the bits of portable, and to rounding what it rounds',
    (isa) => {
      const other = hashesWith(isa);
      console.info(`asked for ${isa}, ran ${other.isa}`);
      expect(other.hashes).toEqual(portable.hashes);
      expectClose(other.rounded.float64, portable.rounded.float64, TOLERANCE.golden);
      expectClose(other.rounded.float32, portable.rounded.float32, TOLERANCE.isaTraining);
    },
  );
});
