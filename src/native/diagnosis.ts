/** What decides whether the addon loads: the machine, the places looked into, how to build it. */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's root, two folders above this file in src and in dist alike. */
export const PACKAGE_ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** The machine as far as loading native code depends on it. */
export interface Machine {
  /** Operating system and processor, for example `linux-x64`. */
  readonly platform: string;
  /** C library, for example `glibc 2.36`; `null` where the system has one of its own. */
  readonly libc: string | null;
  /** Version of Node. */
  readonly node: string;
  /** Model of the processor. */
  readonly cpu: string;
  /** What of the processor's instruction sets this package uses, as the system names them; empty when it does not tell. */
  readonly features: readonly string[];
}

/** One place where the addon may lie. */
export interface Place {
  readonly folder: string;
  /** The addons in it; `null` when there is no such folder. */
  readonly found: readonly string[] | null;
}

const USED_FEATURES = ['avx2', 'fma', 'avx512f', 'avx512bw', 'avx512_vpopcntdq', 'asimd', 'sve'];

export function describeMachine(): Machine {
  return {
    platform: `${process.platform}-${process.arch}`,
    libc: libcName(),
    node: process.versions.node,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    features: features(),
  };
}

function libcName(): string | null {
  if (process.platform !== 'linux') return null;
  const { header } = process.report.getReport() as {
    header?: { glibcVersionRuntime?: string };
  };
  const version = header?.glibcVersionRuntime;
  if (version !== undefined) return `glibc ${version}`;
  return existsSync('/etc/alpine-release') ? 'musl' : 'unknown';
}

function features(): string[] {
  let text: string;
  try {
    text = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return [];
  }
  const words = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
  return USED_FEATURES.filter((feature) => words.includes(feature));
}

/** Where node-gyp-build looks, in its order: what was built here, what was shipped, what lies beside Node. */
export function searchedPlaces(root: string = PACKAGE_ROOT): Place[] {
  const base = process.env['NTKIT_PREBUILD'] ?? root;
  const shipped = join('prebuilds', `${process.platform}-${process.arch}`);
  return [
    join(base, 'build/Release'),
    join(base, 'build/Debug'),
    join(base, shipped),
    join(dirname(process.execPath), shipped),
  ].map((folder) => ({ folder, found: addonsIn(folder) }));
}

function addonsIn(folder: string): string[] | null {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.node'));
  } catch {
    return null;
  }
}

/** The command that builds the addon where it is looked for first, with the node-gyp that it is developed with. */
export function buildCommand(root: string = PACKAGE_ROOT): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> };
  const version = devDependencies['node-gyp'] ?? 'latest';
  const command = `npx --yes node-gyp@${version} rebuild --directory "${root.replace(/[/\\]$/, '')}"`;
  // Node's headers beside its binary, where they are: node-gyp would download them otherwise.
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const hasHeaders = existsSync(join(prefix, 'include/node/node_api.h'));
  return hasHeaders ? `${command} --nodedir="${prefix}"` : command;
}

/** What a build from source needs, as its user would install it. */
export function buildNeeds(): string {
  const openblas: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'OpenBLAS (Debian: libopenblas-dev; Fedora: openblas-devel; Alpine: openblas-dev)',
    darwin: 'OpenBLAS (brew install openblas)',
  };
  return `a C++20 compiler, make, Python 3 and ${openblas[process.platform] ?? 'OpenBLAS'}`;
}

/** Why the addon does not load, in one line that says what to do. */
export function loadFailure(reason: string): string {
  const { platform, libc, node, cpu, features: sets } = describeMachine();
  const tried = searchedPlaces().map(({ folder, found }) => `${folder} (${contentOf(found)})`);
  const machine = [libc, `Node ${node}`, [cpu, ...sets].join(' ')].filter((part) => part !== null);
  return (
    `Expected a native addon for ${platform} (${machine.join('; ')}) but received: ${reason}; ` +
    `tried ${tried.join(', ')}; build it with: ${buildCommand()} (needs ${buildNeeds()})`
  );
}

/** What a place holds, in a word or its file names. */
export function contentOf(found: Place['found']): string {
  if (found === null) return 'no such folder';
  return found.length === 0 ? 'no addon' : found.join(', ');
}
