/** Every instruction set gives the same bits: counts are exact, and Adam takes no fused operations. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../support/hash-kernels.mjs', import.meta.url));

interface Hashes {
  readonly isa: string;
  readonly hashes: Readonly<Record<string, string>>;
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
    '%s, or what runs in its place, gives the bits of portable',
    (isa) => {
      const other = hashesWith(isa);
      console.info(`asked for ${isa}, ran ${other.isa}`);
      expect(other.hashes).toEqual(portable.hashes);
    },
  );
});
