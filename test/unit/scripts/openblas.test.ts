import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Openblas {
  include: string[];
  cflags: string[];
  libs: string[];
}
interface Machine {
  platform: string;
  arch: string;
  exists: (path: string) => boolean;
}

const { findOpenblas } = (await import(
  join(import.meta.dirname, '../../../scripts/openblas.mjs')
)) as { findOpenblas: (machine: Machine) => Openblas | undefined };

function find(platform: string, arch: string, ...files: string[]): Openblas | undefined {
  return findOpenblas({ platform, arch, exists: (path) => files.includes(path) });
}

const DEBIAN = '/usr/lib/x86_64-linux-gnu/openblas-pthread';
const DEBIAN_HEADER = '/usr/include/x86_64-linux-gnu/openblas-pthread/cblas.h';

describe('findOpenblas', () => {
  it('prefers the static library of Debian and hides its symbols', () => {
    const found = find(
      'linux',
      'x64',
      DEBIAN_HEADER,
      `${DEBIAN}/libopenblas.a`,
      `${DEBIAN}/libopenblas.so`,
    );
    expect(found?.include).toEqual(['/usr/include/x86_64-linux-gnu/openblas-pthread']);
    expect(found?.libs[0]).toBe(`${DEBIAN}/libopenblas.a`);
    expect(found?.libs).toContain('-Wl,--exclude-libs,ALL');
  });

  it('links the shared library where there is no static one', () => {
    const found = find(
      'linux',
      'x64',
      '/usr/include/openblas/cblas.h',
      '/usr/lib64/libopenblas.so',
    );
    expect(found?.include).toEqual(['/usr/include/openblas']);
    expect(found?.libs).toEqual(['-L/usr/lib64', '-lopenblas', '-Wl,-z,nodelete']);
  });

  it('looks in the folder of the machine it runs on', () => {
    expect(find('linux', 'arm64', DEBIAN_HEADER, `${DEBIAN}/libopenblas.a`)).toBeUndefined();
  });

  it("finds Homebrew's", () => {
    const prefix = '/opt/homebrew/opt/openblas';
    const found = find(
      'darwin',
      'arm64',
      `${prefix}/include/cblas.h`,
      `${prefix}/lib/libopenblas.dylib`,
    );
    expect(found?.libs).toEqual([`-L${prefix}/lib`, '-lopenblas']);
  });

  it('needs the header as well as the library', () => {
    expect(find('linux', 'x64', `${DEBIAN}/libopenblas.a`)).toBeUndefined();
    expect(find('linux', 'x64', DEBIAN_HEADER)).toBeUndefined();
  });
});
