import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');
const { checkCore, filesWithNodeApi } = (await import(join(SCRIPTS, 'check/core.mjs'))) as {
  checkCore: (root: string) => Promise<void>;
  filesWithNodeApi: (root: string) => string[];
};

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
    writeCore('#include <cblas.h>\nint half(int x);\nint half(int x) { return x / 2; }\n');
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
