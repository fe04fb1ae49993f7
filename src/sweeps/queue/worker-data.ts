/** The data of a worker's jobs: found by content in the folders that the worker was given, never by a path of a job. */
import type { Dirent } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../data/files.js';
import { IDX_FILE_NAMES, loadIdxFiles } from '../../data/idx-folder.js';
import { inflateIdx } from '../../data/idx.js';
import { loadDataset } from '../../data/registry.js';
import { NtkitError } from '../../errors.js';
import { imageData, loadData } from '../data/sources.js';
import { dataId, type SweepData } from '../data/sweep-data.js';
import type { ComputeSettings } from './compute-process.js';
import type { SweepJob } from './job.js';

/** A folder of data holds no more, and lies no deeper. */
const MOST_FILES = 10_000;
const DEEPEST = 4;

/** Loads data by content, and keeps the last. */
export class WorkerData {
  readonly #settings: ComputeSettings;
  #last: SweepData | undefined;
  /** Content of a file as it was when its time and size were these. */
  readonly #hashes = new Map<string, { readonly version: string; readonly hash: string }>();

  constructor(settings: ComputeSettings) {
    this.#settings = settings;
  }

  /**
   * The data of a job.
   *
   * @throws NtkitError `ERR_DATA_UNAVAILABLE` when no folder holds this content, `ERR_CHECKSUM` when known data has another
   * one here.
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
    return this.#readFiles(source.name, hashes);
  }

  /** Files of the given content, wherever they lie in the worker's folders. */
  async #readFiles(name: string, hashes: Readonly<Record<string, string>>): Promise<SweepData> {
    const paths = new Map(await this.#catalogue());
    const entries = IDX_FILE_NAMES.map((file) => {
      const path = paths.get(hashes[file] ?? '');
      if (path !== undefined) return [file, path] as const;
      const folders = this.#settings.folders.join(', ') || 'no folder (see --data)';
      throw new NtkitError(
        'ERR_DATA_UNAVAILABLE',
        `Expected a file of SHA-256 ${hashes[file] ?? 'unknown'} for ${name} but there is none in ${folders}`,
      );
    });
    return imageData(await loadIdxFiles(name, Object.fromEntries(entries)));
  }

  /** SHA-256 of the uncompressed content of every file, with its path. */
  async #catalogue(): Promise<[hash: string, path: string][]> {
    const found: [string, string][] = [];
    for (const folder of this.#settings.folders) {
      for (const path of await filesIn(folder, DEEPEST)) {
        found.push([await this.#hashOf(path), path]);
        if (found.length === MOST_FILES) return found;
      }
    }
    return found;
  }

  async #hashOf(path: string): Promise<string> {
    const { mtimeMs, size } = await stat(path);
    const version = `${mtimeMs} ${size}`;
    const known = this.#hashes.get(path);
    if (known?.version === version) return known.hash;
    const hash = await contentHash(path);
    this.#hashes.set(path, { version, hash });
    return hash;
  }
}

async function contentHash(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return sha256(inflateIdx(bytes, path));
  } catch {
    // It only looks compressed.
    return sha256(bytes);
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
