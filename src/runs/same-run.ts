/** Whether a run in a folder is the one that was asked for. */
import { NtkitError } from '../errors.js';
import type { RunDescription, RunManifest } from './manifest.js';

/**
 * Refuses to mix results that were asked for, or computed, differently.
 *
 * @throws NtkitError `ERR_STORE` naming the first difference.
 */
export function requireSameRun(folder: string, run: RunManifest, wanted: RunDescription): void {
  for (const field of ['kind', 'config', 'dataHashes', 'numerics'] as const) {
    const difference = firstDifference(run[field], wanted[field], field);
    if (difference === undefined) continue;
    const [name, has, asked] = difference;
    throw new NtkitError(
      'ERR_STORE',
      `Expected to resume the run in ${folder} with its own ${name} ${has} but was asked for ${asked}`,
    );
  }
}

/** The first place where two values differ, by name, with both as JSON. */
function firstDifference(
  a: unknown,
  b: unknown,
  name: string,
): [name: string, a: string, b: string] | undefined {
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = firstDifference(a[key], b[key], `${name}.${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  const [textA, textB] = [textOf(a), textOf(b)];
  return textA === textB ? undefined : [name, textA, textB];
}

function textOf(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
