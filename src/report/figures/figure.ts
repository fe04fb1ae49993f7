/** A figure and how it is drawn. */
import type { TopLevelSpec } from 'vega-lite';
import type { DataRow } from './csv.js';
import { toCsv } from './csv.js';

/** What a figure shows, before it is drawn. */
export interface FigurePlan {
  /** Name of its files. */
  readonly name: string;
  readonly title: string;
  /** One sentence for readers who cannot see it. */
  readonly description: string;
  /** How to read the marks. */
  readonly caption: string;
  readonly rows: readonly DataRow[];
  /** Vega-Lite specification that holds `rows`. */
  readonly spec: TopLevelSpec;
}

/** A drawn figure with everything needed to draw it again. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly caption: string;
  readonly svg: string;
  /** Vega-Lite specification with its data inside. */
  readonly spec: TopLevelSpec;
  /** The plotted values as CSV. */
  readonly data: string;
}

/** Draws a figure without a display. The same plan gives the same bytes. */
export async function draw(plan: FigurePlan): Promise<Figure> {
  // Vega takes a quarter of a second and 80 MB to load, which a run without figures should not pay.
  const [{ View, parse }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile(plan.spec).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    const { rows, ...rest } = plan;
    return { ...rest, svg, data: toCsv(rows) };
  } finally {
    view.finalize();
  }
}
