import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');
const { checkCore, filesWithNodeApi } = (await import(join(SCRIPTS, 'check/core.mjs'))) as {
  checkCore: (root: string) => Promise<void>;
  filesWithNodeApi: (root: string) => string[];
};
const { forbiddenInstruction, testedUnits } = (await import(
  join(SCRIPTS, 'check/emulated.mjs')
)) as {
  forbiddenInstruction: (set: string, disassembly: string) => string | undefined;
  testedUnits: (root: string) => string[];
};
const { coverageByFolder, linesOf } = (await import(join(SCRIPTS, 'check/coverage.mjs'))) as {
  coverageByFolder: (root: string, tests: Ran, children: Ran) => unknown;
  linesOf: (record: unknown) => Ran;
};
type Ran = Map<string, Map<number, boolean>>;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ntkit-check-'));
  cpSync(SCRIPTS, join(root, 'scripts'), { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A core of one source file. */
function writeCore(source: string): void {
  const path = 'native/core/half.cpp';
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), source);
  writeFileSync(join(root, 'native/sources.json'), JSON.stringify({ core: [path], binding: [] }));
}

describe('the check of the C++ core', () => {
  it('passes clean code', async () => {
    writeCore('#include <cmath>\nint half(int x);\nint half(int x) { return x / 2; }\n');
    await expect(checkCore(root)).resolves.toBeUndefined();
  });

  it.each([
    ['a conversion that loses bits', 'int half(long x);\nint half(long x) { return x / 2; }\n'],
    [
      'a shadowed variable',
      'int half(int x);\nint half(int x) { { int x = 1; (void)x; } return x; }\n',
    ],
    ['an unused parameter', 'int half(int x);\nint half(int x) { return 0; }\n'],
  ])('fails on %s', async (_, source) => {
    writeCore(source);
    await expect(checkCore(root)).rejects.toMatchObject({
      output: expect.stringContaining('-Werror=') as string,
    });
  });

  it.each(['<napi.h>', '"napi.h"', '<node_api.h>', '<node/js_native_api_types.h>', '"napi-inl.h"'])(
    'finds the header %s',
    (header) => {
      writeCore(`#include <vector>\n  # include ${header}\n`);
      expect(filesWithNodeApi(root)).toEqual(['native/core/half.cpp']);
    },
  );

  it('knows other headers and comments from it', () => {
    writeCore('// no napi.h here\n#include "snapi.hpp"\n#include <map>\n');
    expect(filesWithNodeApi(root)).toEqual([]);
  });
});

describe('the check of emulated kernels', () => {
  it.each([
    ['portable', '  10: popcnt %rax,%rdx'],
    ['portable', '  10: vpopcntq %zmm1,%zmm2'],
    ['portable', '  10: vpaddb %ymm1,%ymm2,%ymm2'],
    ['avx2', '  10: vmovdqa64 %zmm1,%zmm2'],
    ['avx2', '  10: vpopcntq %ymm1,%ymm2'],
  ])('finds what a unit for %s must not contain in "%s"', (set, line) => {
    const code = `  c: mov %rax,%rdx\n${line}\n 14: ret`;
    expect(forbiddenInstruction(set, code)).toBe(line);
  });

  it.each([
    ['portable', '  10: paddb %xmm1,%xmm2'],
    ['avx2', '  10: vpshufb (%rsi),%ymm0,%ymm2'],
  ])('lets a unit for %s contain "%s"', (set, line) => {
    expect(forbiddenInstruction(set, line)).toBeUndefined();
  });

  it('tests the units that have a test file', () => {
    mkdirSync(join(root, 'test/native/isa'), { recursive: true });
    const tests = ['gram_test.cpp', 'gram_bits_test.cpp', 'strips_bits_test.cpp'];
    for (const name of [...tests, 'no_blas.cpp', 'emulated_x86.hpp']) {
      writeFileSync(join(root, 'test/native/isa', name), '');
    }
    expect([...testedUnits(root)].sort()).toEqual(['gram', 'strips']);
  });
});

describe('coverage', () => {
  /** The record of one file with a statement in each line. */
  const record = (hits: readonly number[]): Ran =>
    linesOf({
      file: {
        path: '/r/src/a/b.ts',
        statementMap: Object.fromEntries(hits.map((_, i) => [i, { start: { line: i + 1 } }])),
        s: Object.fromEntries(hits.entries()),
      },
    });

  it('counts a line that ran in the tests or in a program of theirs', () => {
    const folders = coverageByFolder('/r', record([1, 0, 0, 2]), record([0, 5, 0, 0]));
    expect(folders).toEqual([{ folder: 'src/a', covered: 3, total: 4 }]);
  });

  it('counts a line of several statements once', () => {
    const lines = linesOf({
      file: {
        path: 'b.ts',
        statementMap: { 0: { start: { line: 7 } }, 1: { start: { line: 7 } } },
        s: { 0: 0, 1: 1 },
      },
    });
    expect(lines.get('b.ts')).toEqual(new Map([[7, true]]));
  });
});
