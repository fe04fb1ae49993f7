/** The README's example is a program that runs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'ntkit-readme-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('runs the TypeScript of the README', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
  expect(blocks.length).toBeGreaterThan(0);
  blocks.forEach((code, i) => {
    const program = join(folder, `block-${i}.mjs`);
    const library = new URL('dist/index.js', root).href;
    writeFileSync(program, code.replace("'ntkit'", JSON.stringify(library)));
    const output = execFileSync(process.execPath, [program], { encoding: 'utf8' });
    expect(output).toMatch(/conditionEstimate: \d/);
  });
});
