import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planCells } from '../../../src/sweeps/cells.js';
import { sweepConfig } from '../../../src/sweeps/config/config.js';
import { readConfigFile } from '../../../src/sweeps/config/config-file.js';
import { parseRange } from '../../../src/sweeps/config/ranges.js';
import { sweepJsonSchema } from '../../../src/sweeps/config/schema.js';
import { MEASURES } from '../../../src/sweeps/measures/index.js';
import { ROOT } from '../../support/built-package.js';

const folder = mkdtempSync(join(tmpdir(), 'ntkit-config-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const DATA = [{ name: 'toy', inputs: 4, classes: 2, hashes: { a: '0'.repeat(64) } }];

async function messageOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, text);
  try {
    const { content, locate } = await readConfigFile(path);
    await locate(async () => Promise.resolve(sweepConfig(content)));
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

describe('a range', () => {
  it.each([
    ['4..32 x2', [4, 8, 16, 32]],
    ['4..31 x2', [4, 8, 16]],
    ['0..3', [0, 1, 2, 3]],
    ['0.1..0.3 +0.1', [0.1, 0.2, 0.3]],
    ['1e-4..1e-2 x10', [1e-4, 1e-3, 1e-2]],
  ])('%s', (text, numbers) => {
    expect(parseRange(text)).toEqual(numbers);
  });

  it.each(['4..2', '0..8 x2', '1..8 x1', '1..2 +0', '1..', 'a..b', '0..1 +1e-9'])(
    'refuses %s',
    (text) => {
      expect(() => parseRange(text)).toThrow(/^Expected a /);
    },
  );
});

describe('a config', () => {
  it.each([
    [
      'a.yaml',
      'data: mnist\nwidth:\n  - 4\n  - -3\n',
      /^Expected integer from 1 .* for width\[1\] but received -3 of type number \(a\.yaml, line 4\)$/,
    ],
    ['b.yaml', 'data: mnist\n\nwidht: 3\n', /received "widht" of type string \(b\.yaml, line 3\)$/],
    [
      'c.json',
      '{\n "data": "mnist",\n "model": ["relu", "gelu"]\n}',
      /Expected 'relu' or 'attention' for model\[1\] .*\(c\.json, line 3\)$/,
    ],
    ['d.yaml', 'data: mnist\nseed: [0, 1, 0]\n', /distinct values for seed .*line 2/],
    [
      'e.yaml',
      'data: mnist\nreading: best-fit\nsigma: 1\n',
      /reading or sigma but received both.*line 3/,
    ],
    ['f.yaml', 'data: { path: x, lables: y }\n', /Unrecognized key: "lables" \(f\.yaml, line 1\)/],
    ['g.yaml', 'data: [mnist\n', /\(g\.yaml, line 2\)$/],
    ['h.yaml', 'width: 4\n', /for data but received none/],
    ['i.yaml', 'data: mnist\ndata: cifar10\n', /unique.*line 2/i],
    ['j.yaml', '- 1\n', /Expected an object/],
    ['k.mjs', 'export const config = {};', /default export/],
    [
      'l.ts',
      "export default { data: 'mnist', width: 0 } satisfies object;",
      /for width but received 0 .*\(l\.ts\)$/,
    ],
  ])('%s names the key and the line', async (name, text, message) => {
    if (name.endsWith('.ts')) writeFileSync(join(folder, 'package.json'), '{}');
    const said = await messageOf(name, text);
    // A TypeScript file needs the compiler of its project where Node has none, which is not in this folder.
    if (name.endsWith('.ts') && said.includes('package typescript')) return;
    expect(said).toMatch(message);
  });

  it('has every default', () => {
    const { axes, measures } = sweepConfig({ data: 'mnist' });
    expect(measures).toEqual(['distance']);
    expect(axes).toMatchObject({ width: [256], epochs: [500], ridge: [1e-3], sigma: [0.01] });
  });
});

describe('cells', () => {
  const measures = [MEASURES.spectrum, MEASURES.kernel, MEASURES.flips];
  const request = {
    ...{ measure: ['spectrum', 'kernel', 'flips'], data: 'mnist', n: 20, test: 5 },
    ...{ seed: '0..1', width: [4, 8], ridge: [1e-3, 1e-2], eps: [0.1, 0.2, 0.3] },
  };

  it('are the combinations of the axes that each measure reads, once', () => {
    const cells = planCells(sweepConfig(request), DATA, measures, '1');
    const count = (name: string): number =>
      cells.filter(({ measure }) => measure.name === name).length;
    expect([count('spectrum'), count('kernel'), count('flips')]).toEqual([2, 4, 24]);
    expect(new Set(cells.map(({ key }) => key)).size).toBe(cells.length);
  });

  it('pair sigma and epsUnits under readings', () => {
    const config = sweepConfig({ ...request, reading: ['as-stated', 'best-fit'] });
    const pairs = planCells(config, DATA, [MEASURES.flips], '1').map(
      ({ request: { settings } }) => `${settings.sigma} ${settings.epsUnits}`,
    );
    expect([...new Set(pairs)].sort()).toEqual(['0.01 pixel', '1 standardized']);
  });

  it('have keys that follow from choice, data and numerics alone', () => {
    const keys = (config: object, numerics = '1', data = DATA): string[] =>
      planCells(sweepConfig(config), data, [MEASURES.kernel], numerics).map(({ key }) => key);
    const kernel = { measure: 'kernel', data: 'mnist', n: 20, test: 5, seed: [0, 1] };
    const [first = '', second = ''] = keys(kernel);
    expect(keys({ ...kernel, seed: [1, 0], width: 8 })).toEqual([second, first]);
    expect(keys(kernel, '2')).not.toContain(first);
    expect(keys({ ...kernel, ridge: 1e-2 })).not.toContain(first);
    expect(
      keys(kernel, '1', [{ ...DATA[0], hashes: { a: '1'.repeat(64) } } as never]),
    ).not.toContain(first);
  });

  it('refuse a list that no measure reads, and a depth that the kernel has not', () => {
    const plan = (config: object): unknown =>
      planCells(sweepConfig(config), DATA, [MEASURES.kernel], '1');
    expect(() => plan({ data: 'mnist', eps: [0.1, 0.2] })).toThrow(/depends on eps/);
    expect(() => plan({ data: 'mnist', depth: 3 })).toThrow(/'all' for trained with a depth of 3/);
  });
});

it('the published schema is the one of the code', () => {
  const published: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas/sweep.json'), 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(sweepJsonSchema())));
});
