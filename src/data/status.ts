/** What is on this machine of a data set, without loading it. */
import { stat } from 'node:fs/promises';
import { NtkitError } from '../errors.js';
import {
  IDX_FILE_NAMES,
  findIdxFiles,
  isComplete,
  readIdxFile,
  type IdxFileName,
  type IdxPaths,
} from './idx-folder.js';

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

/**
 * Looks for the four files in the given folders, in order, and checks those found first.
 *
 * @param published - SHA-256 of the uncompressed files; null when the data may be any.
 */
export async function idxStatus(
  name: string,
  searched: readonly string[],
  published: Readonly<Record<IdxFileName, string>> | null,
): Promise<DatasetStatus> {
  for (const folder of searched) {
    const paths = await findIdxFiles(folder);
    if (!isComplete(paths)) continue;
    const files = await checkFiles(paths, published);
    const verified = published === null ? null : files.every(({ problem }) => problem === null);
    return { name, folder, searched, files, verified };
  }
  return { name, folder: null, searched, files: [], verified: null };
}

async function checkFiles(
  paths: IdxPaths,
  published: Readonly<Record<IdxFileName, string>> | null,
): Promise<FileStatus[]> {
  const files: FileStatus[] = [];
  for (const name of IDX_FILE_NAMES) {
    const path = paths[name];
    if (path !== undefined) files.push(await checkFile(name, path, published?.[name]));
  }
  return files;
}

async function checkFile(name: string, path: string, expected?: string): Promise<FileStatus> {
  const bytes = (await stat(path)).size;
  try {
    const { sha256 } = await readIdxFile(path);
    const matches = expected === undefined || sha256 === expected;
    const problem = matches ? null : `Expected SHA-256 ${expected} but received ${sha256}`;
    return { name, path, bytes, sha256, problem };
  } catch (error) {
    if (!(error instanceof NtkitError)) throw error;
    return { name, path, bytes, sha256: null, problem: error.message };
  }
}
