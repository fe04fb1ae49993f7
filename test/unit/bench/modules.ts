/** The plain modules of bench/, with the types that its tests rely on. */
import { join } from 'node:path';

export const BENCH = join(import.meta.dirname, '../../../bench');

export type Values = Record<string, Float64Array | Float32Array>;

export interface Contestant {
  time(runs?: number): Promise<number>;
  values(): Promise<Values>;
  close(): unknown;
}

export interface Row {
  kernel?: string;
  size?: Record<string, unknown>;
  who: string;
  ours?: boolean;
  result?: string;
  seconds?: number;
  spread?: number;
  limit?: number;
  ratio?: number;
  target?: { text: string; met: boolean; why?: string } | undefined;
  problem?: string;
  failed?: boolean;
}

export interface Limits {
  fmaDouble: number;
  fmaSingle: number;
  bitCounts: number;
  read: number;
  write: number;
  update: number;
  firstTouch: number;
}

/** Round numbers, easy to divide by in the head. */
export const LIMITS: Limits = {
  fmaDouble: 100e9,
  fmaSingle: 200e9,
  bitCounts: 1e12,
  read: 20e9,
  write: 10e9,
  update: 40e9,
  firstTouch: 2e9,
};

export async function load<Module>(path: string): Promise<Module> {
  return (await import(join(BENCH, path))) as Module;
}
