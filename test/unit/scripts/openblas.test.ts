import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Openblas {
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

describe('findOpenblas', () => {
  it('prefers the static library of Debian and hides its symbols', () => {
    const found = find('linux', 'x64', `${DEBIAN}/libopenblas.a`, `${DEBIAN}/libopenblas.so`);
    expect(found?.libs[0]).toBe(`${DEBIAN}/libopenblas.a`);
    expect(found?.libs).toContain('-Wl,--exclude-libs,ALL');
  });

  it('links the shared library where there is no static one', () => {
    const found = find('linux', 'x64', '/usr/lib64/libopenblas.so');
    expect(found?.libs).toEqual(['-L/usr/lib64', '-lopenblas', '-Wl,-z,nodelete']);
  });

  it('looks in the folder of the machine it runs on', () => {
    expect(find('linux', 'arm64', `${DEBIAN}/libopenblas.a`)).toBeUndefined();
  });

  it("finds Homebrew's", () => {
    const folder = '/opt/homebrew/opt/openblas/lib';
    const found = find('darwin', 'arm64', `${folder}/libopenblas.dylib`);
    expect(found?.libs).toEqual([`-L${folder}`, '-lopenblas']);
  });

  it('needs a library to link, not only one to run', () => {
    expect(find('linux', 'x64', `${DEBIAN}/libopenblas.so.0`)).toBeUndefined();
  });
});
