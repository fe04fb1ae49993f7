/** Builds of the core, its tests and the addon with the flags of an instrument (instrumented.mk). */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findOpenblas } from '../openblas.mjs';
import { runQuietly } from '../support/command.mjs';
import { listFiles } from '../support/files.mjs';

/** The threads of the pool outlive the worker threads that load the addon: its code must stay. */
const LINK_FLAGS = ['-Wl,-z,nodelete', '-lpthread', '-lm'];

/** The C++ tests of the core: a file each in test/native, and those of kernels beside them. */
function testSources(root) {
  return listFiles(root, 'test/native').filter((file) =>
    /^test\/native\/(?:[^/]*|isa\/.*_test)\.cpp$/.test(file),
  );
}

/** Where node-gyp found Node's headers when it built the addon. */
function nodeHeaders(root) {
  const config = readFileSync(join(root, 'build/config.gypi'), 'utf8').replace(/^#.*$/gm, '');
  return join(JSON.parse(config).variables.nodedir, 'include/node');
}

/**
 * Builds targets of instrumented.mk, what is stale of them.
 *
 * @param instrument `{ folder, flags }`: a folder of build, and the flags of compiler and linker.
 * @returns the targets' full paths.
 */
export async function buildInstrumented(root, { folder, flags }, targets) {
  const { core, binding } = JSON.parse(readFileSync(join(root, 'native/sources.json'), 'utf8'));
  const openblas = findOpenblas();
  const headers = [nodeHeaders(root), 'node_modules/node-addon-api'];
  const libraries = openblas.libs.filter(
    (flag) => !flag.startsWith('-Wl') && !flag.startsWith('-static'),
  );
  const variables = [
    `BUILD=build/${folder}`,
    `FLAGS=${flags}`,
    `CORE=${core.join(' ')}`,
    `TESTS=${testSources(root).join(' ')}`,
    `BINDING=${binding.join(' ')}`,
    `INCLUDES=${headers.map((path) => `-isystem ${path}`).join(' ')}`,
    `LIBS=${[...libraries, ...LINK_FLAGS].join(' ')}`,
  ];
  const paths = targets.map((target) => `build/${folder}/${target}`);
  const make = ['-f', 'scripts/check/instrumented.mk', `-j${availableParallelism()}`];
  await runQuietly('make', [...make, ...variables, ...paths], { cwd: root });
  return paths.map((path) => join(root, path));
}
