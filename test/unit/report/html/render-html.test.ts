import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/experiments/results.js';
import { renderFigures, renderHtml } from '../../../../src/report/index.js';
import { CONFIG, fakeRun, scoredImage } from '../fixture.js';
import { allElements, findAll, findFirst, parseHtml, textOf } from './parse.js';
import type { Element } from './parse.js';

const parse = async (run: RunRecord) => parseHtml(await renderHtml(run));

function section(page: Element, id: string): Element {
  const found = findAll(page, 'section').find((element) => element.attributes.get('id') === id);
  if (found === undefined) throw new Error(`No section ${id}`);
  return found;
}

const classOf = (element: Element) => element.attributes.get('class') ?? '';

describe('renderHtml of a complete run', () => {
  let page: Element;
  beforeAll(async () => {
    page = await parse(fakeRun());
  });

  it('has one h1, landmarks and a title for every section', () => {
    for (const tag of ['h1', 'header', 'nav', 'main', 'footer']) {
      expect(findAll(page, tag), tag).toHaveLength(1);
    }
    const titles = findAll(page, 'section').map((element) => findAll(element, 'h2').map(textOf));
    expect(titles).toEqual([
      ['Summary'],
      ['Spectrum'],
      ['NTK distance'],
      ['Influence flips'],
      ['Configuration and machine'],
    ]);
  });

  it('never skips a heading level', () => {
    const levels = allElements(page)
      .filter(({ tag }) => /^h[1-6]$/.test(tag))
      .map(({ tag }) => Number(tag[1]));
    levels.forEach((level, i) => {
      expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    });
  });

  it('has unique ids, and every reference finds its element', () => {
    const elements = allElements(page);
    const ids = elements.flatMap((element) => element.attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const references = elements.flatMap(({ attributes }) => [
      ...(attributes.get('aria-labelledby')?.split(' ') ?? []),
      ...(attributes.get('href')?.startsWith('#') === true
        ? [attributes.get('href')?.slice(1) ?? '']
        : []),
    ]);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) expect(ids).toContain(reference);
  });

  it('gives every table a caption and every heading cell a scope', () => {
    const tables = findAll(page, 'table');
    expect(tables.length).toBeGreaterThanOrEqual(9);
    for (const table of tables) {
      expect(findAll(table, 'caption').map(textOf)).not.toEqual(['']);
      for (const head of findAll(table, 'th')) {
        expect(['col', 'row', 'rowgroup']).toContain(head.attributes.get('scope'));
      }
      const widths = findAll(table, 'tr').map((row) =>
        row.children.reduce(
          (sum, cell) =>
            sum + (typeof cell === 'string' ? 0 : Number(cell.attributes.get('colspan') ?? '1')),
          0,
        ),
      );
      expect(new Set(widths).size, textOf(table)).toBe(1);
    }
  });

  it('describes every figure and image', () => {
    const figures = findAll(page, 'figure');
    expect(figures).toHaveLength(5);
    for (const figure of figures) {
      expect(findAll(figure, 'figcaption')).toHaveLength(1);
      const drawing = findAll(figure, 'div').find(
        (element) => element.attributes.get('role') === 'img',
      );
      expect(drawing?.attributes.get('aria-label')).toMatch(/chart of/);
      expect(drawing && findAll(drawing, 'svg')).toHaveLength(1);
    }
    for (const image of findAll(page, 'img')) {
      expect(image.attributes.get('alt')).toMatch(/^Training image \d+, label \d(, attacked)?$/);
    }
  });

  it('asks the network for nothing and runs nothing', () => {
    expect(findAll(page, 'script')).toEqual([]);
    for (const { attributes } of allElements(page)) {
      for (const [name, value] of attributes) {
        if (['src', 'href', 'xlink:href'].includes(name)) expect(value).toMatch(/^(data:|#)/);
        expect(name).not.toMatch(/^on/);
      }
    }
    expect(textOf(findFirst(page, 'style'))).not.toMatch(/url\(|@import/);
  });

  it('puts claim, number of the paper, own interval and verdict in one row', () => {
    const row = findAll(section(page, 'summary'), 'tr').find((candidate) =>
      textOf(candidate).startsWith('PGD: MLP-Attn flips more often'),
    );
    const cells = (row?.children ?? []).filter((child) => typeof child !== 'string').map(textOf);
    expect(cells[1]).toBe('+25.6 points');
    expect(cells[2]).toMatch(/^\+5\.7 points \[.+\] cannot tell from 3 seeds$/);
    expect(cells[3]).toMatch(/^\+20\.7 points \[.+\] reproduced$/);
  });

  it('counts the verdicts of each reading', () => {
    const scores = textOf(findFirst(section(page, 'summary'), 'ul'));
    const verdicts = findAll(section(page, 'summary'), 'td').flatMap((cell) =>
      findAll(cell, 'span').filter((span) => classOf(span).startsWith('verdict')),
    );
    const counted = [...scores.matchAll(/\d+(?= (?:re|not|cannot))/g)]
      .map(Number)
      .reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(verdicts.length);
    expect(scores).toContain('mnist, data and across readings 6 reproduced 1 not reproduced');
  });

  it('carries the data and the specification of each figure', async () => {
    const figures = await renderFigures(fakeRun());
    const links = findAll(page, 'a').filter((link) => link.attributes.has('download'));
    const content = new Map(
      links.map((link) => {
        const [, base64 = ''] = link.attributes.get('href')?.split(';base64,') ?? [];
        return [link.attributes.get('download'), Buffer.from(base64, 'base64').toString()];
      }),
    );
    expect(content.size).toBe(2 * figures.length);
    for (const { name, data, spec } of figures) {
      expect(content.get(`${name}.csv`)).toBe(data);
      expect(JSON.parse(content.get(`${name}.vl.json`) ?? '')).toEqual(
        JSON.parse(JSON.stringify(spec)),
      );
    }
  });

  it('shows the thumbnails pixel by pixel', () => {
    const images = findAll(section(page, 'table2'), 'img');
    expect(images).toHaveLength(128);
    const { before, after } = scoredImage('as-statedrelu1', 0, 1);
    for (const [k, { pixels }] of [before, after].entries()) {
      const [, base64 = ''] = images[k]?.attributes.get('src')?.split(';base64,') ?? [];
      const png = decode(Buffer.from(base64, 'base64'));
      expect([png.width, png.height, png.channels]).toEqual([28, 28, 1]);
      expect([...png.data]).toEqual(pixels);
    }
  });

  it('shows each thumbnail with its scores, and marks those that change sign', () => {
    const strip = findAll(section(page, 'table2'), 'ol').flatMap((list) =>
      findAll(list, 'li').map((item) => textOf(item)),
    );
    expect(strip[0]).toMatch(/\+0\.0123 \+0\.00615$/);
    expect(strip[1]).toMatch(/\+0\.00615 -0\.00308 flipped$/);
    expect(strip.filter((text) => text.endsWith('flipped'))).toHaveLength(32);
  });

  it('lists configuration, machine, hashes and stage times', () => {
    const text = textOf(section(page, 'configuration'));
    expect(text).toContain('widths m 16, 64, 256, 1024');
    expect(text).toContain('models 2L-ReLU, MLP-Attn');
    expect(text).toContain('instruction set avx512');
    expect(text).toContain(
      'train-labels-idx1-ubyte 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    );
    expect(text).toContain('training 28 min 32 s 142.2 %');
    expect(text).toContain('ntkit reproduce --preset paper --dataset mnist');
  });

  it('has no banner and nothing missing', () => {
    expect(allElements(page).filter((element) => /banner|missing/.test(classOf(element)))).toEqual(
      [],
    );
  });
});

describe('renderHtml of an unfinished run', () => {
  it('says so, shows what is there and names what is not', async () => {
    const cells = fakeRun().cells.filter((cell) => cell.kind === 'distance' && cell.seed < 2);
    const page = await parse(fakeRun({ status: 'incomplete', cells }));
    const banner = findAll(page, 'p').find((element) => classOf(element) === 'banner');
    expect(banner && textOf(banner)).toContain('mnist table1 32 of 48 cells');
    expect(textOf(section(page, 'spectrum'))).toContain('Missing: no cell');
    expect(textOf(section(page, 'table2'))).toContain('Missing: no cell');
    expect(findAll(section(page, 'table1'), 'svg')).toHaveLength(1);
    expect(textOf(section(page, 'summary'))).toContain('not measured');
  });

  it('renders a run without a single cell', async () => {
    const page = await parse(fakeRun({ status: 'running', cells: [], stages: [] }));
    expect(findAll(page, 'svg')).toEqual([]);
    expect(textOf(page)).toContain('is still running');
  });
});

describe('renderHtml of hostile text', () => {
  const nasty = `</style><script>alert("x")</script><img src='x' onerror='y'>`;

  it('leaves every text inert and readable', async () => {
    const base = fakeRun();
    const cells = base.cells.map((cell) =>
      cell.kind === 'images'
        ? {
            ...cell,
            dataset: nasty,
            helpful: cell.helpful.map((image) => ({ ...image, label: nasty })),
          }
        : { ...cell, dataset: nasty },
    );
    const page = await parse(
      fakeRun({
        cells,
        status: 'incomplete',
        command: nasty,
        startedAt: nasty,
        config: { ...CONFIG, datasets: [nasty], preset: nasty },
        dataHashes: { [nasty]: nasty },
        machine: { ...base.machine, blas: nasty, package: nasty },
        stages: [{ stage: nasty, seconds: 1 }],
      }),
    );
    expect(findAll(page, 'script')).toEqual([]);
    expect(findAll(page, 'style')).toHaveLength(1);
    expect(allElements(page).filter(({ attributes }) => attributes.has('onerror'))).toEqual([]);
    expect(textOf(section(page, 'table2'))).toContain(nasty);
    expect(textOf(section(page, 'configuration'))).toContain(nasty);
    expect(textOf(findFirst(page, 'h1'))).toContain(nasty);
    const alts = findAll(page, 'img').map((image) => image.attributes.get('alt') ?? '');
    expect(alts.filter((alt) => alt.endsWith(`label ${nasty}`))).toHaveLength(32);
  });
});
