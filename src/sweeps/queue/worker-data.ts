/** The data of a worker's jobs: found by content in the folders that the worker was given, never by a path of a job. */
import type { Dirent } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../data/files.js';
import { IDX_FILE_NAMES, loadIdxFiles } from '../../data/idx-folder.js';
import { inflateIdx } from '../../data/idx.js';
import { loadDataset } from '../../data/registry.js';
import { NtkitError } from '../../errors.js';
import { imageData, loadData, loadTable } from '../data/sources.js';
import { dataId, type SweepData } from '../data/sweep-data.js';
import type { ComputeSettings } from './compute-process.js';
import type { SweepJob } from './job.js';

/** A folder of data holds no more, and lies no deeper. */
const MOST_FILES = 10_000;
const DEEPEST = 4;

/** A file as it was when its time and size were these. */
interface HashedFile {
  readonly version: string;
  readonly hashes: readonly string[];
}

/** Loads data by content, and keeps the last. */
export class WorkerData {
  readonly #settings: ComputeSettings;
  #last: SweepData | undefined;
  readonly #hashed = new Map<string, HashedFile>();

  constructor(settings: ComputeSettings) {
    this.#settings = settings;
  }

  /**
   * The data of a job.
   *
   * @throws NtkitError `ERR_DATA_UNAVAILABLE` when no folder holds this content, `ERR_CHECKSUM` when known data has another
   * one here, or a table is another when it is read as the job says.
   */
  async load(job: Pick<SweepJob, 'source' | 'hashes'>): Promise<SweepData> {
    const name = nameOf(job.source);
    const id = dataId({ name, hashes: job.hashes });
    if (this.#last !== undefined && dataId(this.#last) === id) return this.#last;
    // Two large data sets need not fit side by side.
    this.#last = undefined;
    const loaded = await this.#read(job);
    if (dataId(loaded) !== id) {
      throw new NtkitError('ERR_CHECKSUM', `Expected the data ${name} of the job's content here`);
    }
    this.#last = loaded;
    return loaded;
  }

  async #read({ source, hashes }: Pick<SweepJob, 'source' | 'hashes'>): Promise<SweepData> {
    const { offline } = this.#settings;
    if (source.kind === 'known') {
      return imageData({ ...(await loadDataset(source.name, { offline })), name: source.name });
    }
    if (source.kind === 'synthetic') return loadData(source.entry);
    const pathOf = await this.#finder(source.name, hashes);
    if (source.kind === 'table') return readTable(source, pathOf);
    const paths = IDX_FILE_NAMES.map((file) => [file, pathOf(file)] as const);
    return imageData(await loadIdxFiles(source.name, Object.fromEntries(paths)));
  }

  /** Says where a part of the data lies: a file of its content anywhere in the worker's folders, under any name. */
  async #finder(name: string, hashes: SweepJob['hashes']): Promise<(part: string) => string> {
    const paths = await this.#catalogue();
    return (part) => {
      const hash = hashes[part] ?? 'unknown';
      const path = paths.get(hash);
      if (path !== undefined) return path;
      const folders = this.#settings.folders.join(', ') || 'no folder (see --data)';
      throw new NtkitError(
        'ERR_DATA_UNAVAILABLE',
        `Expected a file of SHA-256 ${hash} for ${name} but there is none in ${folders}`,
      );
    };
  }

  /** The path of every file by the SHA-256 of its bytes, and by that of its content where it is compressed IDX. */
  async #catalogue(): Promise<ReadonlyMap<string, string>> {
    const paths = new Map<string, string>();
    let files = 0;
    for (const folder of this.#settings.folders) {
      for (const path of await filesIn(folder, DEEPEST)) {
        // What cannot be read, or not at once, is no data of a job.
        const hashes = await this.#hashesOf(path).catch((): string[] => []);
        for (const hash of hashes) paths.set(hash, path);
        if (++files === MOST_FILES) return paths;
      }
    }
    return paths;
  }

  async #hashesOf(path: string): Promise<readonly string[]> {
    const { mtimeMs, size } = await stat(path);
    const version = `${mtimeMs} ${size}`;
    const known = this.#hashed.get(path);
    if (known?.version === version) return known.hashes;
    const hashes = contentHashes(await readFile(path), path);
    this.#hashed.set(path, { version, hashes });
    return hashes;
  }
}

/** The job names a column, which is looked for in the table alone: text of a job is never taken for a path. */
async function readTable(
  { name, reading }: Extract<SweepJob['source'], { kind: 'table' }>,
  pathOf: (part: string) => string,
): Promise<SweepData> {
  const { format, labelFormat, labelColumn } = reading;
  return loadTable(name, pathOf('points'), {
    format,
    labelColumn: labelColumn ?? undefined,
    ...(labelFormat === null ? {} : { labels: pathOf('labels'), labelFormat }),
  });
}

function contentHashes(bytes: Uint8Array, path: string): string[] {
  const content = inflated(bytes, path);
  return (content === bytes ? [bytes] : [bytes, content]).map(sha256);
}

function inflated(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return inflateIdx(bytes, path);
  } catch {
    // It only looks compressed.
    return bytes;
  }
}

/** Regular files below a folder; links, which may lead out of it, are passed over. */
async function filesIn(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && depth > 1) files.push(...(await filesIn(path, depth - 1)));
  }
  return files;
}

function nameOf(source: SweepJob['source']): string {
  return source.kind === 'synthetic' ? source.entry.name : source.name;
}
