import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../support/built-package.js';
import type { Ended } from '../../support/child.js';
import { writeIdxFolder } from '../../support/idx-files.js';
import { npyIntegers, npyRows } from '../../support/npy-files.js';
import { clusters } from '../audit/twin.js';
import { failureLine, ntkit, temporaryFolder } from './ntkit.js';

const { folder, remove } = temporaryFolder();
const N = 30;

async function run(...args: string[]): Promise<Ended> {
  return ntkit(['audit', ...args], { cwd: folder });
}

interface Document {
  readonly setting: {
    readonly n: number;
    readonly standardize: boolean;
    readonly classes: string[];
  };
  readonly findings: readonly { readonly answer: string }[];
  readonly points: readonly { readonly index: number; readonly label: string }[];
  readonly spectrum: { readonly kernel: { readonly eigenvalues: readonly number[] } };
}

function read(...path: string[]): string {
  return readFileSync(join(folder, ...path), 'utf8');
}

beforeAll(() => {
  ensureBuilt();
  const { X, labels } = clusters(N, 4, 3);
  writeFileSync(join(folder, 'data.npy'), npyRows(X.toArray()));
  writeFileSync(join(folder, 'labels.npy'), npyIntegers(labels));
  const lines = X.toArray().map((row, i) => `${row.join()},"<b>${labels[i] ?? 0}</b>"`);
  writeFileSync(join(folder, 'data.csv'), ['a,b,c,d,kind', ...lines].join('\n'));
});

afterAll(remove);

describe('ntkit audit', () => {
  it('writes one page, its figures and files for programs', async () => {
    const { code, stdout, stderr } = await run(
      'data.npy',
      '--labels',
      'labels.npy',
      '--width',
      '8',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'report audit/report.html\n' });
    expect(stdout).toMatch(/^Does the kernel learn these labels\? yes\n/);
    for (const name of ['audit-spectrum', 'audit-suspicion', 'audit-influence']) {
      expect(read('audit/figures', `${name}.svg`)).toContain('<svg');
      expect(existsSync(join(folder, 'audit/figures', `${name}.csv`))).toBe(true);
    }
    const document = JSON.parse(read('audit/audit.json')) as Document;
    expect(document.setting).toMatchObject({ n: N, standardize: false, classes: ['0', '1', '2'] });
    expect(document.points).toHaveLength(N);
    expect(document.spectrum.kernel.eigenvalues).toHaveLength(N);
    expect(read('audit/points.csv').split('\r\n')).toHaveLength(N + 2);
    const page = read('audit/report.html');
    expect(page).not.toMatch(/<script|src="http|href="http/);
    expect(page.match(/<figure /g)).toHaveLength(3);
  });

  it('prints the same as JSON', async () => {
    const { code, stdout } = await run('data.npy', '--labels', 'labels.npy', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Document;
    expect(document.findings).toHaveLength(4);
    expect(document.points[3]).toMatchObject({ index: 3, label: '0' });
  });

  it('takes a table, standardises its columns, and keeps its text inert', async () => {
    const args = [
      'data.csv',
      '--label-column',
      'kind',
      '--n',
      '20',
      '--out',
      'table',
      '--top',
      '5',
    ];
    expect((await run(...args)).code).toBe(0);
    const document = JSON.parse(read('table/audit.json')) as Document;
    expect(document.setting).toMatchObject({ n: 20, standardize: true });
    expect(document.setting.classes).toEqual(['<b>0</b>', '<b>1</b>', '<b>2</b>']);
    const page = read('table/report.html');
    expect(page).toContain('&lt;b&gt;0&lt;/b&gt;');
    expect(page).not.toContain('<b>0</b>');
  });

  it('shows images as such', async () => {
    writeIdxFolder(join(folder, 'idx'), { train: 20, test: 1, side: 3, classes: 2 });
    const [images, labels] = ['images-idx3', 'labels-idx1'].map(
      (name) => `idx/train-${name}-ubyte`,
    );
    const { code } = await run(
      images ?? '',
      '--labels',
      labels ?? '',
      '--out',
      'images',
      '--top',
      '2',
    );
    expect(code).toBe(0);
    expect(read('images/report.html')).toContain('<img');
  });

  it.each([
    ['no labels', ['data.npy'], 2, /labels for data\.npy .*--labels/],
    ['no data', ['none.npy', '--labels', 'labels.npy'], 1, /none\.npy.*\[ERR_DATA_UNAVAILABLE\]$/],
    ['other labels', ['data.csv', '--label-column', 'x'], 1, /"x".*\[ERR_DATA_FORMAT\]$/],
    ['too few points', ['data.npy', '--labels', 'labels.npy', '--n', '9'], 2, /--n.*'9'/],
    ['an unknown kernel', ['data.npy', '--kernel', 'linear'], 2, /--kernel.*infinite/],
  ])('ends on %s with one line', async (_, args, code, line) => {
    expect(failureLine(await run(...args), code)).toMatch(line);
  });
});
