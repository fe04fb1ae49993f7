/** The built-in measures. */
import { distanceMeasure } from './distance.js';
import { flipsMeasure } from './flips.js';
import { kernelMeasure } from './kernel.js';
import type { Measure } from './measure.js';
import type { MEASURE_NAMES } from './names.js';
import { spectrumMeasure } from './spectrum.js';

export const MEASURES: Readonly<Record<(typeof MEASURE_NAMES)[number], Measure>> = {
  spectrum: spectrumMeasure,
  kernel: kernelMeasure,
  distance: distanceMeasure,
  flips: flipsMeasure,
};
