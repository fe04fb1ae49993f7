import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const { layerRules } = (await import(join(ROOT, 'scripts/lint/layers.mjs'))) as {
  layerRules: (root: string) => Linter.Config[];
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-layers-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes the sources, lints the first of them and returns the names of the rules it breaks. */
async function brokenRules(sources: Record<string, string>): Promise<(string | null)[]> {
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    baseConfig: [tseslint.configs.base, ...layerRules(folder)],
  });
  const results = await eslint.lintFiles(Object.keys(sources).slice(0, 1));
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

/** Lints one import of `imported` by `importer`, both paths under src. */
function brokenByImport(importer: string, imported: string): Promise<(string | null)[]> {
  const up = '../'.repeat(importer.split('/').length - 1) || './';
  const specifier = `${up}${imported.replace(/\.ts$/, '.js')}`;
  return brokenRules({
    [`src/${importer}`]: `import { value } from '${specifier}';\nexport const used = value;\n`,
    [`src/${imported}`]: 'export const value = 1;\n',
  });
}

describe('the layer rule', () => {
  it.each([
    ['cli/main.ts', 'experiments/reproduce.ts'],
    ['cli/main.ts', 'report/html.ts'],
    ['experiments/reproduce.ts', 'runs/store.ts'],
    ['runs/cell.ts', 'influence/ridge.ts'],
    ['audit/audit.ts', 'influence/ridge.ts'],
    ['cli/export.ts', 'exports/mlflow.ts'],
    ['influence/ridge.ts', 'kernels/gram.ts'],
    ['kernels/gram.ts', 'linalg/matrix.ts'],
    ['kernels/gram.ts', 'native/binding.ts'],
    ['linalg/eigh.ts', 'native/binding.ts'],
    ['random.ts', 'native/binding.ts'],
    ['native/load.ts', 'errors.ts'],
    ['kernels/gram.ts', 'kernels/options.ts'],
  ])('lets %s import %s', async (importer, imported) => {
    expect(await brokenByImport(importer, imported)).toEqual([]);
  });

  it.each([
    ['errors.ts', 'statistics.ts'],
    ['statistics.ts', 'linalg/matrix.ts'],
    ['options.ts', 'native/binding.ts'],
    ['native/load.ts', 'random.ts'],
    ['native/load.ts', 'linalg/matrix.ts'],
    ['linalg/eigh.ts', 'kernels/gram.ts'],
    ['kernels/gram.ts', 'runs/store.ts'],
    ['runs/store.ts', 'experiments/reproduce.ts'],
    ['experiments/reproduce.ts', 'report/html.ts'],
    ['experiments/reproduce.ts', 'cli/main.ts'],
    ['report/html.ts', 'kernels/gram.ts'],
    ['report/html.ts', 'audit/audit.ts'],
    ['audit/audit.ts', 'experiments/reproduce.ts'],
    ['exports/mlflow.ts', 'experiments/reproduce.ts'],
    ['report/html.ts', 'experiments/reproduce.ts'],
    ['index.ts', 'cli/main.ts'],
    ['kernels/gram.ts', 'unlisted.ts'],
  ])('stops %s from importing %s', async (importer, imported) => {
    expect(await brokenByImport(importer, imported)).toContain('import-x/no-restricted-paths');
  });

  it('lets the report import the types of results, not values', async () => {
    const results = { 'src/experiments/results.ts': 'export interface Cell { kind: string }\n' };
    const type = `import type { Cell } from '../experiments/results.js';\nexport type C = Cell;\n`;
    const value = `import { Cell } from '../experiments/results.js';\nexport const c = Cell;\n`;
    expect(await brokenRules({ 'src/report/a.ts': type, ...results })).toEqual([]);
    const part = { 'src/experiments/studies/study-results.ts': 'export type Study = string;\n' };
    const ofPart = `import type { Study } from '../experiments/studies/study-results.js';\nexport type S = Study;\n`;
    expect(await brokenRules({ 'src/report/c.ts': ofPart, ...part })).toEqual([]);
    expect(await brokenRules({ 'src/report/b.ts': value, ...results })).toEqual([
      '@typescript-eslint/no-restricted-imports',
    ]);
  });

  it('stops an import cycle inside a layer', async () => {
    const broken = await brokenRules({
      'src/kernels/a.ts': `import { b } from './b.js';\nexport const a = (): number => b();\n`,
      'src/kernels/b.ts': `import { a } from './a.js';\nexport const b = (): number => a();\n`,
    });
    expect(broken).toEqual(['import-x/no-cycle']);
  });

  it('lets only src/native load the addon', async () => {
    const load = `import load from 'node-gyp-build';\nexport const addon = load;\n`;
    const path = 'export const path = `${import.meta.dirname}/ntkit.node`;\n';
    expect(await brokenRules({ 'src/linalg/a.ts': load })).toEqual(['no-restricted-imports']);
    expect(await brokenRules({ 'src/linalg/b.ts': path })).toEqual(['no-restricted-syntax']);
    expect(await brokenRules({ 'src/native/a.ts': load })).toEqual([]);
    expect(await brokenRules({ 'src/native/b.ts': path })).toEqual([]);
  });
});

it.each(['src/kernels/gram.ts', 'src/report/html.ts', 'src/cli/main.ts'])(
  'the layer rule is switched on for %s',
  async (path) => {
    const config = (await new ESLint({ cwd: ROOT }).calculateConfigForFile(path)) as Linter.Config;
    expect(config.rules?.['import-x/no-restricted-paths']).toEqual([2, expect.anything()]);
  },
);
