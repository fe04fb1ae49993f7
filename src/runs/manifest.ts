/** The manifest of a run folder: what was asked, of which data, on which machine, and how it ended. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { NtkitError } from '../errors.js';
import { writeFileAtomic } from '../data/files.js';
import { canonicalJson } from './canonical-json.js';

/** `running` until the run ends; `incomplete` when it ended early. */
export type RunStatus = 'running' | 'complete' | 'incomplete';

/** The machine and build of a run. */
export interface RunMachine {
  /** Version of this package. */
  readonly package: string;
  readonly node: string;
  readonly platform: string;
  readonly blas: string;
  readonly core: string;
  readonly isa: string;
  readonly threads: number;
}

/** What a folder holds: the replication of the paper, or a sweep. */
export type RunKind = 'reproduce' | 'sweep';

/** What is known of a run before it starts. */
export interface RunDescription {
  /** Absent in the manifest of a replication. */
  readonly kind?: RunKind | undefined;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Every option after defaults. */
  readonly config: unknown;
  /** SHA-256 of each raw data file, by name. */
  readonly dataHashes: Readonly<Record<string, string>>;
  /** What decides the bits of a result beside config and data: a run is never continued with another one. */
  readonly numerics: string;
  /** How many cells the run has when it is complete. */
  readonly planned: readonly {
    readonly part: string;
    readonly dataset: string;
    readonly cells: number;
  }[];
  readonly machine: RunMachine;
}

/** Where the wall time of a run went; stages run side by side, so their sum can exceed the total. */
export interface RunTiming {
  readonly stages: readonly { readonly stage: string; readonly seconds: number }[];
  readonly totalSeconds: number;
}

/** The content of `manifest.json`. */
export interface RunManifest extends RunDescription {
  /** Version of the layout of the run folder. */
  readonly format: 1;
  readonly status: RunStatus;
  /** The process that writes the run. */
  readonly host: string;
  readonly pid: number;
  /** Null until the run ends. */
  readonly timing: RunTiming | null;
}

const MANIFEST_FILE = 'manifest.json';

const MANIFEST = z.object({
  format: z.literal(1),
  kind: z.enum(['reproduce', 'sweep']).optional(),
  status: z.enum(['running', 'complete', 'incomplete']),
  command: z.string(),
  startedAt: z.string(),
  config: z.unknown(),
  dataHashes: z.record(z.string(), z.string()),
  numerics: z.string(),
  planned: z.array(z.object({ part: z.string(), dataset: z.string(), cells: z.int() })),
  machine: z.object({
    package: z.string(),
    node: z.string(),
    platform: z.string(),
    blas: z.string(),
    core: z.string(),
    isa: z.string(),
    threads: z.number(),
  }),
  host: z.string(),
  pid: z.int().positive(),
  timing: z
    .object({
      stages: z.array(z.object({ stage: z.string(), seconds: z.number() })),
      totalSeconds: z.number(),
    })
    .nullable(),
});

/** The manifest of a run that this process starts now. */
export function runningManifest(description: RunDescription): RunManifest {
  const writer = { host: hostname(), pid: process.pid };
  return { ...description, ...writer, format: 1, status: 'running', timing: null };
}

export function manifestPath(folder: string): string {
  return join(folder, MANIFEST_FILE);
}

/** The text of a manifest. */
export function manifestText(manifest: RunManifest): string {
  canonicalJson(manifest, 'manifest');
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** @throws NtkitError `ERR_STORE` when the manifest holds what JSON cannot, or cannot be written. */
export async function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  const text = manifestText(manifest);
  const path = manifestPath(folder);
  await writeFileAtomic(path, text).catch((cause: unknown) => {
    throw new NtkitError('ERR_STORE', `Cannot write ${path}: ${(cause as Error).message}`, {
      cause,
    });
  });
}

/** @throws NtkitError `ERR_STORE` when the folder has no manifest or it is not one of this format. */
export async function readManifest(folder: string): Promise<RunManifest> {
  const path = manifestPath(folder);
  try {
    return MANIFEST.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? describeIssue(cause) : (cause as Error).message;
    throw new NtkitError('ERR_STORE', `Cannot read the manifest ${path}: ${reason}`, { cause });
  }
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? error.message : `${issue.path.join('.')}: ${issue.message}`;
}
