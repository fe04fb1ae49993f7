/** File operations that data sets and runs share: checksums, and writes that other readers never see half done. */
import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { NtkitError } from '../errors.js';

/** SHA-256 in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Checks the SHA-256 of a data file's content against the published one.
 *
 * @throws NtkitError `ERR_CHECKSUM` naming the file and both.
 */
export function requireChecksum(received: string, expected: string, path: string): void {
  if (received !== expected) {
    throw new NtkitError(
      'ERR_CHECKSUM',
      `Expected SHA-256 ${expected} for ${path} but received ${received}`,
    );
  }
}

/**
 * Replaces a file in one step: the content goes to a temporary file beside it, reaches the disk, and takes
 * the name. A reader sees the old content or the new, never a mixture; a failed write leaves nothing behind.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  await writeAtomic(path, async (file) => file.writeFile(content));
}

/** As {@link writeFileAtomic}, for content that `write` writes piece by piece. */
export async function writeAtomic(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(part, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    // The write's own error says more than a failure to clean up after it.
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Whether there is a file of this path, and not a folder. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
