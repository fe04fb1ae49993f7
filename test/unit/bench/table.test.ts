import { describe, expect, it } from 'vitest';
import { load, type Row } from './modules.js';

const { caseLines, duration, heading, mebibytes, quantity } = await load<{
  heading: () => string[];
  caseLines: (rows: (Row & { rate?: { perSecond: number; unit: string } })[]) => string[];
  duration: (seconds: number) => string;
  quantity: (value: number, unit: string) => string;
  mebibytes: (bytes: number) => string;
}>('harness/table.mjs');

const size = { n: 2000, d: 784, precision: 'float64' };
const rows: Row[] = [
  {
    ...{ kernel: 'gram', size, who: 'ntkit', result: 'new', ours: true },
    ...{ seconds: 0.0443, spread: 0.026, limit: 0.912 },
  },
  {
    ...{ kernel: 'gram', size, who: 'numpy expert', result: 'reused', seconds: 0.0466, spread: 0 },
    ...{ ratio: 1.05, target: { text: '>= 1.00 x', met: true } },
  },
  { kernel: 'gram', size, who: 'pytorch', problem: 'not found' },
  { kernel: 'gram', size, who: 'mathjs as written', problem: 'differs by 1', failed: true },
];

describe('the table', () => {
  it('has a row a contestant, kernel and size in the first', () => {
    const [ours, numpy, missing, failed] = caseLines(rows).map((text) => text.split(/ {2,}/));
    expect(ours).toEqual([
      'gram',
      'n 2000, d 784, float64',
      'ntkit (new)',
      '44.3 ms',
      '±3 %',
      '91 %',
    ]);
    expect(numpy).toEqual([
      '',
      'numpy expert (reused)',
      '46.6 ms',
      '±0 %',
      '1.05 x',
      '>= 1.00 x met',
    ]);
    expect(missing).toEqual(['', 'pytorch', 'not found']);
    expect(failed).toEqual(['', 'mathjs as written', 'FAILED: differs by 1']);
  });

  it('aligns its cells under the heading', () => {
    const [titles = ''] = heading();
    const [ours = '', numpy = ''] = caseLines(rows);
    expect(ours.indexOf('ntkit')).toBe(titles.indexOf('contestant'));
    expect(numpy.indexOf('1.05 x') + '1.05 x'.length).toBe(
      titles.indexOf('ratio') + 'ratio'.length,
    );
  });
});

describe('numbers', () => {
  it('shows times in their unit with three digits', () => {
    const shown = [123.4, 1.234, 0.01234, 12.34e-6, 18e-9].map(duration);
    expect(shown).toEqual(['123 s', '1.23 s', '12.3 ms', '12.3 us', '18.0 ns']);
  });

  it('shows rates with a prefix', () => {
    expect(quantity(92.1e9, 'F/s')).toBe('92.1 GF/s');
    expect(quantity(2.6e12, 'bit/s')).toBe('2.60 Tbit/s');
    expect(quantity(12, 'B/s')).toBe('12.0 B/s');
  });

  it('shows memory in MiB', () => {
    expect(mebibytes(200 * 2 ** 20)).toBe('200 MiB');
    expect(mebibytes(2 ** 19)).toBe('0.5 MiB');
  });
});
