import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');
const { exportedSymbols, faultsOf, glibcFloor, neededLibraries } = (await import(
  join(SCRIPTS, 'check/package/binary.mjs')
)) as {
  exportedSymbols: (symbols: string) => string[];
  faultsOf: (dump: { headers: string; symbols: string }, limits: { glibc: string }) => string[];
  glibcFloor: (symbols: string) => string;
  neededLibraries: (headers: string) => string[];
};
const { writeCommonjs } = (await import(join(SCRIPTS, 'setup/commonjs.mjs'))) as {
  writeCommonjs: (dist: string) => void;
};

const HEADERS = `
Dynamic Section:
  NEEDED               libm.so.6
  NEEDED               libc.so.6
  NEEDED               ld-linux-x86-64.so.2
  SONAME               ntkit.node
`;
const SYMBOLS = `
DYNAMIC SYMBOL TABLE:
0000000000000000      DF *UND*	0000000000000000 (GLIBC_2.9) pipe2
0000000000000000      DF *UND*	0000000000000000 (GLIBC_2.34) pthread_create
0000000000000000  w   D  *UND*	0000000000000000  Base        __gmon_start__
0000000000158050 g    DF .text	0000000000000123  Base        napi_register_module_v1
0000000000158040 g    DF .text	0000000000000006  Base        node_api_module_get_api_version_v1
`;

describe('the check of the shipped addon', () => {
  it('passes one that needs glibc alone and shows two symbols', () => {
    expect(neededLibraries(HEADERS)).toEqual(['libm.so.6', 'libc.so.6', 'ld-linux-x86-64.so.2']);
    expect(glibcFloor(SYMBOLS)).toBe('2.34');
    expect(exportedSymbols(SYMBOLS)).toHaveLength(2);
    expect(faultsOf({ headers: HEADERS, symbols: SYMBOLS }, { glibc: '2.34' })).toEqual([]);
  });

  it('fails one that needs a BLAS of the system', () => {
    const headers = HEADERS.replace('libm.so.6', 'libopenblas.so.0');
    const faults = faultsOf({ headers, symbols: SYMBOLS }, { glibc: '2.34' });
    expect(faults).toEqual([expect.stringContaining('libopenblas.so.0')]);
  });

  it('fails one that needs a newer glibc', () => {
    const faults = faultsOf({ headers: HEADERS, symbols: SYMBOLS }, { glibc: '2.28' });
    expect(faults).toEqual(['Expected at most glibc 2.28 but found 2.34']);
  });

  it('fails one that shows a symbol of BLAS', () => {
    const dgemm = '0000000000001000 g    DF .text	0000000000000123  Base        cblas_dgemm\n';
    const faults = faultsOf({ headers: HEADERS, symbols: SYMBOLS + dgemm }, { glibc: '2.34' });
    expect(faults).toEqual([expect.stringContaining('found 3: cblas_dgemm')]);
  });

  it('fails one without an entry point', () => {
    const symbols = SYMBOLS.replace('napi_register_module_v1', 'something_else');
    expect(faultsOf({ headers: HEADERS, symbols }, { glibc: '2.34' })).toHaveLength(1);
  });
});

describe('the entry for CommonJS', () => {
  let dist: string;

  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), 'ntkit-commonjs-'));
  });

  afterEach(() => {
    rmSync(dist, { recursive: true });
  });

  it('has every declaration that the library needs, and no other', () => {
    mkdirSync(join(dist, 'linalg'));
    const write = (file: string, text: string): void => {
      writeFileSync(join(dist, file), text);
    };
    write('index.d.ts', `export { Matrix } from './linalg/matrix.js';\n`);
    write(
      'linalg/matrix.d.ts',
      `export declare class Matrix {\n  error: import("../errors.js").NtkitError;\n}\n//# sourceMappingURL=matrix.d.ts.map`,
    );
    write('errors.d.ts', `export declare class NtkitError {}\n`);
    write('unused.d.ts', `export {};\n`);
    writeCommonjs(dist);
    const read = (file: string): string => readFileSync(join(dist, 'commonjs', file), 'utf8');
    expect(read('linalg/matrix.d.ts')).toMatch(/NtkitError;\n}\n$/);
    expect(read('errors.d.ts')).toContain('NtkitError');
    expect(() => read('unused.d.ts')).toThrow('ENOENT');
    expect(JSON.parse(read('package.json'))).toEqual({ type: 'commonjs' });
    expect(read('index.js')).toContain("require('../index.js')");
  });
});
