/** The examples run as their readers run them: against the built package, by its name. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transpileModule, ModuleKind, ScriptTarget } from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../../support/built-package.js';
import { runNode } from '../../support/child.js';

const EXAMPLES = join(ROOT, 'examples');
const built = join(ROOT, 'build/examples');

beforeAll(() => {
  ensureBuilt();
  mkdirSync(built, { recursive: true });
});

afterAll(() => {
  rmSync(built, { recursive: true, force: true });
});

const LINES: Readonly<Record<string, RegExp>> = {
  'width-sweep.ts': /^(\d+ [01] \d\.\d+\n){8}$/,
  'custom-kernel.ts': /^([\d.]+ [\d.]+ [01] [\d.]+\n){18}$/,
  'own-data.ts': /^9 cells, then 0 computed again, complete: true\n$/,
  'custom-model.ts': /^(\d+ [\d.]+\n){3}$/,
};

it('are all tested', () => {
  expect(readdirSync(EXAMPLES).sort()).toEqual(Object.keys(LINES).sort());
});

it.each(Object.keys(LINES))('%s', async (name) => {
  const { outputText } = transpileModule(readFileSync(join(EXAMPLES, name), 'utf8'), {
    compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 },
  });
  const script = join(built, name.replace(/ts$/, 'mjs'));
  writeFileSync(script, outputText);
  const { code, stdout, stderr } = await runNode(script);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(LINES[name] ?? /^$/);
});

it('the width sweep takes ten lines', () => {
  const text = readFileSync(join(EXAMPLES, 'width-sweep.ts'), 'utf8');
  const code = text.split('\n').filter((line) => line !== '' && !line.startsWith('/**'));
  expect(code.length).toBeLessThanOrEqual(10);
});
