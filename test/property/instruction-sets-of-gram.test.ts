/** Every instruction set agrees with the portable one within rounding on Gram matrices and their maps. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../support/kernel-values.mjs', import.meta.url));
const EPS = { float64: 2 ** -52, float32: 2 ** -23 } as const;
/** Products of rows of length d differ by at most d eps; the maps add a few roundings. */
const FACTOR = 8;

interface Values {
  readonly isa: string;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

function valuesWith(isa: string): Values {
  const env = { ...process.env, NTKIT_ISA: isa };
  const maxBuffer = 1 << 28;
  const output = execFileSync(process.execPath, [PROGRAM], { env, encoding: 'utf8', maxBuffer });
  return JSON.parse(output) as Values;
}

const portable = valuesWith('portable');

describe('NTKIT_ISA', () => {
  it('portable runs everywhere', () => {
    expect(portable.isa).toBe('portable');
  });

  it.each(['avx2', 'avx512', 'neon'])('%s, or what runs in its place, agrees', (isa) => {
    const other = valuesWith(isa);
    console.info(`asked for ${isa}, ran ${other.isa}`);
    expect(Object.keys(other.values)).toEqual(Object.keys(portable.values));
    for (const [name, expected] of Object.entries(portable.values)) {
      const [, , d, precision] = name.split(' ');
      const bound = FACTOR * Number(d) * EPS[precision as keyof typeof EPS];
      const actual = other.values[name] ?? [];
      const worst = expected.reduce((w, e, i) => Math.max(w, Math.abs((actual[i] ?? NaN) - e)), 0);
      expect(worst, name).toBeLessThanOrEqual(bound);
    }
  });
});
