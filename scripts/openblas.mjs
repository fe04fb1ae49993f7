/**
 * Where OpenBLAS is and how to link it: the one recipe that binding.gyp, CMakeLists.txt and the set-up
 * share. Prints one answer, one item a line:
 *
 *     node scripts/openblas.mjs --include | --cflags | --libs
 *
 * A static library is preferred: the addon then carries its own BLAS with every symbol hidden, needs
 * nothing on the user's machine and cannot meet another BLAS in the same process.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const DEBIAN_TRIPLETS = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Compile flags that let the linker drop what the addon does not use, and hide what it does. */
const COMPILE_FLAGS = ['-fvisibility=hidden', '-ffunction-sections', '-fdata-sections'];

/**
 * Node unloads an addon with the last worker thread that loaded it, but the threads of its pool live as long
 * as the process: their code must stay.
 */
const KEEP_LOADED = '-Wl,-z,nodelete';

/**
 * `--exclude-libs` hides OpenBLAS's symbols, `-Bsymbolic` binds the addon to its own copies; the C++
 * runtime goes in as well, so that an older libstdc++ on the user's machine does not matter.
 */
const STATIC_LINK_FLAGS = [
  '-Wl,--exclude-libs,ALL',
  '-Wl,--gc-sections',
  '-Wl,-Bsymbolic',
  KEEP_LOADED,
  '-static-libgcc',
  '-static-libstdc++',
  '-lpthread',
  '-lm',
];

/** Folders with a header and a library each, the preferred first. */
function candidates(platform, arch) {
  if (platform === 'darwin') {
    return ['/opt/homebrew/opt/openblas', '/usr/local/opt/openblas'].map((prefix) => ({
      include: join(prefix, 'include'),
      lib: join(prefix, 'lib'),
      shared: 'libopenblas.dylib',
    }));
  }
  const places = [
    { include: '/usr/include/openblas', lib: '/usr/lib64' },
    { include: '/usr/include/openblas', lib: '/usr/lib' },
    { include: '/usr/include', lib: '/usr/lib64' },
    { include: '/usr/include', lib: '/usr/lib' },
    { include: '/usr/local/include', lib: '/usr/local/lib' },
  ];
  const triplet = DEBIAN_TRIPLETS[arch];
  if (triplet !== undefined) {
    places.unshift(
      {
        include: `/usr/include/${triplet}/openblas-pthread`,
        lib: `/usr/lib/${triplet}/openblas-pthread`,
      },
      { include: `/usr/include/${triplet}`, lib: `/usr/lib/${triplet}` },
    );
  }
  return places.map((place) => ({ ...place, shared: 'libopenblas.so' }));
}

/**
 * The first OpenBLAS with its C header and a library to link.
 *
 * @returns `{ include, cflags, libs }`, arrays of strings, or `undefined` when there is none.
 */
export function findOpenblas({
  platform = process.platform,
  arch = process.arch,
  exists = existsSync,
} = {}) {
  for (const { include, lib, shared } of candidates(platform, arch)) {
    if (!exists(join(include, 'cblas.h'))) continue;
    const archive = join(lib, 'libopenblas.a');
    if (platform === 'linux' && exists(archive)) {
      return { include: [include], cflags: COMPILE_FLAGS, libs: [archive, ...STATIC_LINK_FLAGS] };
    }
    if (exists(join(lib, shared))) {
      return {
        include: [include],
        cflags: COMPILE_FLAGS,
        libs: [`-L${lib}`, '-lopenblas', ...(platform === 'linux' ? [KEEP_LOADED] : [])],
      };
    }
  }
  return undefined;
}

function main(option) {
  const question = { '--include': 'include', '--cflags': 'cflags', '--libs': 'libs' }[option];
  if (question === undefined) {
    console.error('Expected --include, --cflags or --libs');
    return 2;
  }
  const openblas = findOpenblas();
  if (openblas === undefined) {
    console.error('OpenBLAS not found: install libopenblas-dev (Debian) or openblas (Homebrew)');
    return 1;
  }
  console.log(openblas[question].join('\n'));
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = main(process.argv[2]);
}
