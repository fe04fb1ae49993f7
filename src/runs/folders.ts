/** Making folders so that a failure leaves none behind. */
import { access, mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The folders on the way to `path` that do not exist, deepest first. */
export async function missingFolders(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = path; !(await exists(at)) && at !== dirname(at); at = dirname(at)) missing.push(at);
  return missing;
}

/** One by one: on a file system that takes none, such as /proc, Node's own recursion never ends. */
export async function makeFolders(deepestFirst: readonly string[]): Promise<void> {
  for (const folder of deepestFirst.toReversed()) {
    await mkdir(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

/** Removes folders that this call may have made; one that another process has filled stays. */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => undefined);
}

/** Whether there is a file or folder of this path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
