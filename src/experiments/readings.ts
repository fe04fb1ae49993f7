/** What the two named readings fix of the setting that the paper leaves open. */
import type { EpsUnits } from '../attacks/linf.js';
import type { ImageDataset } from '../data/dataset.js';
import { mean } from '../statistics.js';
import type { ReadingName } from './results.js';

/** The initial scale sigma, and the unit of eps. */
export interface Reading {
  readonly scale: number;
  readonly epsUnits: Extract<EpsUnits, 'pixel' | 'standardized'>;
}

export const READINGS: Readonly<Record<ReadingName, Reading>> = {
  'as-stated': { scale: 0.01, epsUnits: 'pixel' },
  'best-fit': { scale: 1, epsUnits: 'standardized' },
};

/** An l_inf ball, as attacks take it. */
export interface Ball {
  readonly eps: number;
  readonly epsUnits: EpsUnits;
  /** Standard deviation of each pixel's channel, where eps is counted in it. */
  readonly scale?: Float64Array;
}

/** The ball of radius eps of a reading on a data set. */
export function ballOf(reading: ReadingName, eps: number, dataset: ImageDataset): Ball {
  const { epsUnits } = READINGS[reading];
  if (epsUnits === 'pixel') return { eps, epsUnits };
  const { width, height, channels } = dataset.train;
  const { pixelStd } = dataset;
  const scale = Float64Array.from(
    { length: width * height * channels },
    (_, j) => pixelStd[j % channels] ?? NaN,
  );
  return { eps, epsUnits, scale };
}

/** A radius of a reading in pixels in [0, 1], the mean over channels. */
export function epsPixels(reading: ReadingName, eps: number, dataset: ImageDataset): number {
  return READINGS[reading].epsUnits === 'pixel' ? eps : eps * mean(dataset.pixelStd);
}
