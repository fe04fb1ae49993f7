/** Instruction sets fuse and order the sums of a factorisation differently: within rounding they agree. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../support/ridge-numbers.mjs', import.meta.url));

interface Numbers {
  readonly isa: string;
  readonly numbers: Readonly<Record<string, readonly number[]>>;
}

function numbersWith(isa: string): Numbers {
  const env = { ...process.env, NTKIT_ISA: isa };
  const output = execFileSync(process.execPath, [PROGRAM], { env, encoding: 'utf8' });
  return JSON.parse(output) as Numbers;
}

const portable = numbersWith('portable');

it.each(['avx2', 'avx512'])('%s, or what runs in its place, agrees with portable', (isa) => {
  const other = numbersWith(isa);
  console.info(`asked for ${isa}, ran ${other.isa}`);
  expect(portable.isa).toBe('portable');
  expect(Object.keys(other.numbers)).toEqual(Object.keys(portable.numbers));
  for (const [name, expected] of Object.entries(portable.numbers)) {
    const n = Number(/\d+/.exec(name)?.[0]);
    const scale = Math.max(1, ...expected.map(Math.abs));
    const difference = (other.numbers[name] ?? []).map((value, k) =>
      Math.abs(value - (expected[k] ?? NaN)),
    );
    expect(difference).toHaveLength(expected.length);
    expect(Math.max(...difference)).toBeLessThanOrEqual(8 * n * Number.EPSILON * scale);
  }
});
