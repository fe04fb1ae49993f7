/** What is on this machine of a data set, without loading it. */
import { readFile, stat } from 'node:fs/promises';
import { NtkitError } from '../errors.js';
import { findCifar10Files } from './cifar10.js';
import { sha256 } from './files.js';
import { IDX_FILE_NAMES, findIdxFiles, isComplete, readIdxFile } from './idx-folder.js';

/** One file of a data set on this machine. */
export interface FileStatus {
  readonly name: string;
  readonly path: string;
  /** Size on disk. */
  readonly bytes: number;
  /** Of the uncompressed content; null when it cannot be read. */
  readonly sha256: string | null;
  /** One line on what is wrong; null when nothing is. */
  readonly problem: string | null;
}

/** Where a data set was found and whether it is the published one. */
export interface DatasetStatus {
  readonly name: string;
  /** The first searched folder with all files; null when there is none. */
  readonly folder: string | null;
  readonly searched: readonly string[];
  readonly files: readonly FileStatus[];
  /** Whether every file has its published checksum; null when not found or when none is published. */
  readonly verified: boolean | null;
}

/** How the files of a data set are found in a folder and read. */
export interface FileLayout {
  /** The path of every file by its name; undefined when one is missing. */
  locate(folder: string): Promise<ReadonlyMap<string, string> | undefined>;
  /** SHA-256 of a file's uncompressed content. */
  checksum(path: string): Promise<string>;
}

/** Four IDX files in MNIST's layout. */
export const IDX_LAYOUT: FileLayout = {
  async locate(folder) {
    const paths = await findIdxFiles(folder);
    if (!isComplete(paths)) return undefined;
    return new Map(IDX_FILE_NAMES.map((name) => [name, paths[name] ?? '']));
  },
  checksum: async (path) => (await readIdxFile(path)).sha256,
};

/** Six batches of CIFAR-10's binary version. */
export const CIFAR_LAYOUT: FileLayout = {
  locate: findCifar10Files,
  checksum: async (path) => sha256(await readFile(path)),
};

/**
 * Looks for the files of a layout in the given folders, in order, and checks those found first.
 *
 * @param published - SHA-256 of the uncompressed files; null when the data may be any.
 */
export async function filesStatus(
  name: string,
  layout: FileLayout,
  searched: readonly string[],
  published: Readonly<Record<string, string>> | null,
): Promise<DatasetStatus> {
  for (const folder of searched) {
    const paths = await layout.locate(folder);
    if (paths === undefined) continue;
    const files: FileStatus[] = [];
    for (const [file, path] of paths) {
      files.push(await checkFile(layout, file, path, published?.[file]));
    }
    const verified = published === null ? null : files.every(({ problem }) => problem === null);
    return { name, folder, searched, files, verified };
  }
  return { name, folder: null, searched, files: [], verified: null };
}

async function checkFile(
  layout: FileLayout,
  name: string,
  path: string,
  expected?: string,
): Promise<FileStatus> {
  const bytes = (await stat(path)).size;
  try {
    const received = await layout.checksum(path);
    const matches = expected === undefined || received === expected;
    const problem = matches ? null : `Expected SHA-256 ${expected} but received ${received}`;
    return { name, path, bytes, sha256: received, problem };
  } catch (error) {
    if (!(error instanceof NtkitError)) throw error;
    return { name, path, bytes, sha256: null, problem: error.message };
  }
}
