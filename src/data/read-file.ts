/** Data files of the user as bytes, and the check that memory is there for what is made of them. */
import { readFile, stat } from 'node:fs/promises';
import { NtkitError } from '../errors.js';
import { runtimeInfo } from '../native/runtime.js';

/** What one read takes. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** As operations of the core, a reader takes at most this share of what the process may still use. */
const MEMORY_SHARE = 0.8;

/**
 * The bytes of a file.
 *
 * @throws NtkitError `ERR_DATA_UNAVAILABLE` when there is no such file or it cannot be read, `ERR_SIZE_LIMIT` from
 * 2 GiB on, `ERR_MEMORY_BUDGET`.
 */
export async function readDataFile(path: string): Promise<Uint8Array> {
  const entry = await stat(path).catch(unavailable);
  if (entry.isDirectory()) {
    throw new NtkitError('ERR_DATA_UNAVAILABLE', `Expected a file but ${path} is a folder`);
  }
  if (entry.size > MAX_FILE_BYTES) {
    throw new NtkitError(
      'ERR_SIZE_LIMIT',
      `Expected at most ${MAX_FILE_BYTES} bytes in ${path} but received ${entry.size}`,
    );
  }
  requireRoom(entry.size, path);
  return readFile(path).catch(unavailable);
}

/** Turns a failure of the file system into `ERR_DATA_UNAVAILABLE`. */
export function unavailable(cause: unknown): never {
  throw new NtkitError('ERR_DATA_UNAVAILABLE', `Cannot read data: ${(cause as Error).message}`, {
    cause,
  });
}

/**
 * Refuses to take more memory than the process may have, before it is taken.
 *
 * @throws NtkitError `ERR_MEMORY_BUDGET`.
 */
export function requireRoom(bytes: number, name: string): void {
  const budget = Math.floor(MEMORY_SHARE * runtimeInfo().memory);
  if (bytes > budget) {
    throw new NtkitError(
      'ERR_MEMORY_BUDGET',
      `Expected to need at most ${budget} bytes for ${name} but it takes ${bytes}`,
    );
  }
}
