/** The figures of a run. */
import type { RunRecord } from '../../experiments/results.js';
import { distanceFigure } from './distance.js';
import { draw } from './figure.js';
import type { Figure } from './figure.js';
import { flipFigure } from './flips.js';
import { spectrumFigure } from './spectrum.js';

/**
 * Draws the figures `spectrum`, `distance` and `flips`, each as SVG with its Vega-Lite specification and
 * its data as CSV. The same run gives the same bytes.
 *
 * @param run - the run, complete or not; a figure without any data is left out.
 */
export async function renderFigures(run: RunRecord): Promise<Figure[]> {
  const plans = [spectrumFigure(run), distanceFigure(run), flipFigure(run)];
  return Promise.all(plans.filter((plan) => plan !== null).map(draw));
}
