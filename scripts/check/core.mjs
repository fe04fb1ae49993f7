/** The C++ core: free of Node-API, and free of warnings. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runQuietly } from '../support/command.mjs';
import { listFiles } from '../support/files.mjs';

const NODE_HEADER =
  /^\s*#\s*include\s*[<"](?:.*\/)?(?:napi|node_api|js_native_api)\w*(?:-inl)?\.h[>"]/m;

/** The files of native/core that include a header of Node-API. */
export function filesWithNodeApi(root) {
  return listFiles(root, 'native/core').filter((file) =>
    NODE_HEADER.test(readFileSync(join(root, file), 'utf8')),
  );
}

export async function checkCore(root) {
  const offenders = filesWithNodeApi(root);
  if (offenders.length > 0) {
    throw new Error(`Expected no Node-API in native/core but found it in ${offenders.join(', ')}`);
  }
  const { core } = JSON.parse(readFileSync(join(root, 'native/sources.json'), 'utf8'));
  const variables = ['BUILD=build/check', `SOURCES=${core.join(' ')}`];
  const jobs = `-j${availableParallelism()}`;
  await runQuietly('make', ['-f', 'scripts/check/core.mk', '-k', jobs, ...variables], {
    cwd: root,
  });
}
