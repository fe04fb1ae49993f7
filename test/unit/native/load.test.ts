import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runtimeInfo } from '../../../src/index.js';
import { nativePath } from '../../../src/native/load.js';
import { ROOT, ensureBuilt } from '../../support/built-package.js';
import { runNode } from '../../support/child.js';

let folder: string;

beforeAll(ensureBuilt);

/** A package whose TypeScript is built but whose addon is not. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-load-'));
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the package's functions throw in a process of its own. */
async function failures(): Promise<{ code: string; message: string }[]> {
  const script = join(folder, 'try.mjs');
  writeFileSync(
    script,
    `import { Matrix, gaussian, gram, runtimeInfo } from './dist/index.js';
    const errors = [];
    for (const run of [() => gram(Matrix.zeros(2, 2)), () => gaussian(1, 2, 3), runtimeInfo]) {
      try { await run(); } catch ({ name, code, message }) { errors.push({ name, code, message }); }
    }
    console.log(JSON.stringify(errors));`,
  );
  const { code, stderr, stdout } = await runNode(script);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as { code: string; message: string }[];
}

describe('a package without its addon', () => {
  it('is imported, and tells at each call what is missing and how to build it', async () => {
    const errors = await failures();
    expect(errors).toHaveLength(3);
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'NtkitError', code: 'ERR_NATIVE_LOAD' });
      expect(error.message).toContain(`${process.platform}-${process.arch}`);
      expect(error.message).toContain(process.versions.node);
      expect(error.message).toContain(folder);
      expect(error.message).toContain(`${folder}/build/Release (no such folder)`);
      expect(error.message).toMatch(/prebuilds\/\w+-\w+ \(no such folder\)/);
      expect(error.message).toContain(`npx --yes node-gyp@12.4.0 rebuild --directory "${folder}"`);
      expect(error.message).toMatch(/OpenBLAS/);
      expect(error.message).not.toContain('\n');
    }
  });

  it('says so on the command line in one line, and fails', async () => {
    const args = ['spectrum', '--synthetic', 'power:1', '--n', '10'];
    const { code, stdout, stderr } = await runNode(join(folder, 'dist/cli/main.js'), args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^ntkit: .*node-gyp@.* rebuild.*\[ERR_NATIVE_LOAD\]\n$/);
  });

  it('is described by doctor: the machine, the places, the command', async () => {
    const { code, stdout, stderr } = await runNode(join(folder, 'dist/cli/main.js'), ['doctor']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\[ERR_NATIVE_LOAD\]\n$/);
    expect(stdout).toMatch(
      new RegExp(`^node +${process.versions.node} on ${process.platform}-`, 'm'),
    );
    expect(stdout).toMatch(/^addon +not loaded$/m);
    expect(stdout.match(/^ {2}looked in .*no such folder/gm)?.length).toBeGreaterThanOrEqual(3);
    expect(stdout).toMatch(/^to build it +npx --yes node-gyp@[\d.]+ rebuild --directory/m);
  });

  it('is described by doctor as JSON', async () => {
    const args = ['doctor', '--json'];
    const { code, stdout } = await runNode(join(folder, 'dist/cli/main.js'), args);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      addon: null,
      platform: `${process.platform}-${process.arch}`,
      searched: expect.arrayContaining([
        { folder: join(folder, 'build/Release'), found: null },
      ]) as unknown,
    });
  });
});

describe('a package whose addon is damaged', () => {
  it('fails in the same way', async () => {
    mkdirSync(join(folder, 'build/Release'), { recursive: true });
    writeFileSync(join(folder, 'build/Release/ntkit.node'), 'not an addon');
    for (const { code, message } of await failures()) {
      expect(code).toBe('ERR_NATIVE_LOAD');
      expect(message).toContain(`${folder}/build/Release (ntkit.node)`);
      expect(message).not.toContain('\n');
    }
  });
});

describe('a package with its addon', () => {
  it('names the file that it loaded', () => {
    expect(nativePath()).toMatch(/ntkit.*\.node$/);
    expect(runtimeInfo().addon).toBe(nativePath());
  });
});
