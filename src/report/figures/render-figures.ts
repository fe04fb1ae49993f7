/** The figures of a run. */
import type { RunRecord } from '../../experiments/results.js';
import { nameOf, reportedParts } from '../sections.js';
import type { PartView } from '../view.js';
import type { PartReport } from '../part-report.js';
import { draw } from './figure.js';
import type { Figure } from './figure.js';

/**
 * Draws the figures of every part and data set, `<figure>-<data set>`, each as SVG with its Vega-Lite specification
 * and its data as CSV. The same run gives the same bytes.
 *
 * @param run - the run, complete or not; a figure without any data is left out.
 */
export async function renderFigures(run: RunRecord): Promise<Figure[]> {
  const figures = reportedParts(run).flatMap(({ report, views }) =>
    views.map(async (view) => drawView(report, view)),
  );
  return (await Promise.all(figures)).flat();
}

/** The figures of one part and data set. */
export async function drawView(report: PartReport, view: PartView): Promise<Figure[]> {
  const plans = report.figures(view);
  return Promise.all(plans.map(async (plan) => draw({ ...plan, name: nameOf(view, plan.name) })));
}
