/** Every instruction set agrees with the portable one within rounding on Gram matrices and their maps. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { reportFigure } from '../support/figures.js';

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

/** The worst difference, in d eps of its precision. */
let worst = 0;
const ran = new Set<string>();

afterAll(() => {
  reportFigure('isa-difference', worst, `portable against ${[...ran].join(', ')}`);
});

describe('NTKIT_ISA', () => {
  it('portable runs everywhere', () => {
    expect(portable.isa).toBe('portable');
  });

  it.each(['avx2', 'avx512', 'neon'])('%s, or what runs in its place, agrees', (isa) => {
    const other = valuesWith(isa);
    ran.add(other.isa);
    console.info(`asked for ${isa}, ran ${other.isa}`);
    expect(Object.keys(other.values)).toEqual(Object.keys(portable.values));
    for (const [name, expected] of Object.entries(portable.values)) {
      const [, , d, precision] = name.split(' ');
      const unit = Number(d) * EPS[precision as keyof typeof EPS];
      const actual = other.values[name] ?? [];
      const largest = expected.reduce(
        (w, e, i) => Math.max(w, Math.abs((actual[i] ?? NaN) - e)),
        0,
      );
      worst = Math.max(worst, largest / unit);
      expect(largest, name).toBeLessThanOrEqual(FACTOR * unit);
    }
  });
});
