/** What the two named readings fix of the setting that the paper leaves open. */
import type { ReadingName } from './results.js';

/** The initial scale sigma, and eps in pixels given the data's pixel standard deviation. */
export interface Reading {
  readonly scale: number;
  epsPixels(eps: number, pixelStd: number): number;
}

export const READINGS: Readonly<Record<ReadingName, Reading>> = {
  'as-stated': { scale: 0.01, epsPixels: (eps) => eps },
  'best-fit': { scale: 1, epsPixels: (eps, pixelStd) => eps * pixelStd },
};
