/**
 * Where OpenBLAS is and how to link it: the one recipe that binding.gyp, CMakeLists.txt and the set-up
 * share. Prints one answer, one item a line:
 *
 *     node scripts/openblas.mjs --cflags | --libs
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

/** Folders that may hold a library, the preferred first, and its name when it is shared. */
function candidates(platform, arch) {
  if (platform === 'darwin') {
    const folders = ['/opt/homebrew/opt/openblas/lib', '/usr/local/opt/openblas/lib'];
    return { folders, shared: 'libopenblas.dylib' };
  }
  const triplet = DEBIAN_TRIPLETS[arch];
  const debian =
    triplet === undefined ? [] : [`/usr/lib/${triplet}/openblas-pthread`, `/usr/lib/${triplet}`];
  const folders = [...debian, '/usr/lib64', '/usr/lib', '/usr/local/lib'];
  return { folders, shared: 'libopenblas.so' };
}

/**
 * The first OpenBLAS that can be linked. No header of it is needed: LAPACK's entries are declared where they are called.
 *
 * @returns `{ cflags, libs }`, arrays of strings, or `undefined` when there is none.
 */
export function findOpenblas({
  platform = process.platform,
  arch = process.arch,
  exists = existsSync,
} = {}) {
  const { folders, shared } = candidates(platform, arch);
  for (const folder of folders) {
    const archive = join(folder, 'libopenblas.a');
    if (platform === 'linux' && exists(archive)) {
      return { cflags: COMPILE_FLAGS, libs: [archive, ...STATIC_LINK_FLAGS] };
    }
    if (exists(join(folder, shared))) {
      return {
        cflags: COMPILE_FLAGS,
        libs: [`-L${folder}`, '-lopenblas', ...(platform === 'linux' ? [KEEP_LOADED] : [])],
      };
    }
  }
  return undefined;
}

function main(option) {
  const question = { '--cflags': 'cflags', '--libs': 'libs' }[option];
  if (question === undefined) {
    console.error('Expected --cflags or --libs');
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
