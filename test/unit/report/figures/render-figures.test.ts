import { afterEach, describe, expect, it, vi } from 'vitest';
import { toCsv } from '../../../../src/report/figures/csv.js';
import { renderFigures } from '../../../../src/report/index.js';
import { CONFIG, distanceCell, fakeRun, flipCell } from '../fixture.js';
import { parseHtml, findAll } from '../html/parse.js';

const rowsOf = (csv: string) => csv.trimEnd().split('\r\n');

async function figure(name: string, run = fakeRun()) {
  const found = (await renderFigures(run)).find((candidate) => candidate.name === `${name}-mnist`);
  if (found === undefined) throw new Error(`No figure ${name}`);
  return found;
}

describe('renderFigures', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('draws the three figures without a warning', async () => {
    const warn = vi.spyOn(console, 'warn');
    const figures = await renderFigures(fakeRun());
    expect(figures.map(({ name }) => name)).toEqual([
      'spectrum-mnist',
      'distance-mnist',
      'flips-mnist',
    ]);
    expect(warn).not.toHaveBeenCalled();
    for (const { svg } of figures) {
      expect(findAll(parseHtml(svg), 'svg')).toHaveLength(1);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('gives the same bytes for the same run, also when drawn side by side', async () => {
    const first = await renderFigures(fakeRun());
    const [second, third] = await Promise.all([renderFigures(fakeRun()), renderFigures(fakeRun())]);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(JSON.stringify(third)).toBe(JSON.stringify(first));
  });

  it('shares no id between figures, which stand on one page', async () => {
    for (const { svg } of await renderFigures(fakeRun())) expect(svg).not.toMatch(/\sid="/);
  });

  it('takes the colour of text and axes from the page and paints no background', async () => {
    for (const { svg } of await renderFigures(fakeRun())) {
      const colors = new Set([...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, c]) => c));
      expect([...colors].sort()).toEqual(
        expect.arrayContaining(['#3b82c4', '#d9772b', 'currentColor']),
      );
      for (const color of colors) {
        expect(['none', 'transparent', 'currentColor']).toContain(
          color?.startsWith('#') === true && color !== '#000' ? 'none' : color,
        );
      }
    }
  });

  it('keeps a specification that holds the same data', async () => {
    for (const { spec, data } of await renderFigures(fakeRun())) {
      const { values } = spec.data as { values: unknown[] };
      expect(values).toHaveLength(rowsOf(data).length - 1);
    }
  });

  it('leaves out figures without data', async () => {
    const cells = [flipCell('as-stated', 'relu', 0, 'pgd')];
    expect((await renderFigures(fakeRun({ cells }))).map(({ name }) => name)).toEqual([
      'flips-mnist',
    ]);
    expect(await renderFigures(fakeRun({ cells: [] }))).toEqual([]);
  });
});

describe('the spectrum figure', () => {
  it('starts each spectrum at 1 and ends it at its numerical rank', async () => {
    const rows = rowsOf((await figure('spectrum')).data);
    const attended = rows.filter(
      (row) => row.startsWith('"attended') || row.startsWith('attended'),
    );
    expect(rows[0]).toBe('matrix,index,relative,seeds');
    expect(rows[1]).toBe('G = X Xᵀ,1,1,3');
    expect(attended.at(-1)).toMatch(/,620,\d\.\d+e-20,3$/);
    expect(rows.at(-1)).toMatch(/^"unit rows, U Uᵀ",22\d,/);
  });
});

describe('the distance figure', () => {
  it('has every seed, the mean and the points of the paper in each panel', async () => {
    const cells = [20, 30].map((spectral, seed) => ({
      ...distanceCell('best-fit', 'attention', seed, 64),
      spectral,
    }));
    const config = { ...CONFIG, readings: ['best-fit' as const], models: ['attention' as const] };
    const { data } = await figure('distance', fakeRun({ cells, config }));
    expect(rowsOf(data)).toEqual([
      'reading,model,width,source,seed,distance',
      'best-fit,MLP-Attn,64,seed,0,20',
      'best-fit,MLP-Attn,64,seed,1,30',
      'best-fit,MLP-Attn,64,mean,,25',
      'best-fit,MLP-Attn,16,paper,,10.3',
      'best-fit,MLP-Attn,1024,paper,,33.3',
      'best-fit,MLP-Attn,4096,paper,,43.4',
    ]);
  });
});

describe('the flip figure', () => {
  it('keeps bounds beyond 0 to 100 % in the data and inside the panel', async () => {
    const cells = [0.1, 0.6].map((flipRate, seed) => ({
      ...flipCell('as-stated', 'relu', seed, 'pgd'),
      flipRate,
    }));
    const config = { ...CONFIG, readings: ['as-stated' as const] };
    const { data, svg } = await figure('flips', fakeRun({ cells, config }));
    const [, row = ''] = rowsOf(data);
    const [, , , rate, lower, upper] = row.split(',').map(Number);
    expect(rate).toBeCloseTo(0.35, 12);
    expect(lower).toBeLessThan(-2);
    expect(upper).toBeGreaterThan(2);
    const rule = /mark-rule role-mark.*?translate\([\d.]+,([\d.]+)\)" x2="0" y2="([-\d.]+)"/.exec(
      svg,
    );
    const ends = [Number(rule?.[1]), Number(rule?.[1]) + Number(rule?.[2])];
    expect(ends.sort((a, b) => a - b)).toEqual([0, 250]);
  });

  it('draws one seed without an interval', async () => {
    const cells = [{ ...flipCell('as-stated', 'relu', 0, 'reseed'), flipRate: 0.07 }];
    const { data } = await figure('flips', fakeRun({ cells }));
    expect(rowsOf(data)[1]).toBe('as-stated,new seed,2L-ReLU,0.07,0.07,0.07,1,');
  });
});

describe('toCsv', () => {
  it('quotes what needs it and leaves null empty', () => {
    expect(toCsv([{ a: 'x,"y"', b: null, c: 1e-20 }])).toBe('a,b,c\r\n"x,""y""",,1e-20\r\n');
  });
});
