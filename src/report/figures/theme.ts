/**
 * One look for all figures. Text and axes take the colour of the text around the figure, and the series
 * colours stand out on white and on near-black alike, so that one drawing serves both.
 */
import type { Config } from 'vega-lite';
import { MODEL_LABELS } from '../labels.js';

const TEXT = 'currentColor';
const FONT = 'system-ui, sans-serif';

/** Blue and orange that colour-blind readers can tell apart, and a green for a third series. */
export const SERIES_COLORS = { blue: '#3b82c4', orange: '#d9772b', green: '#2f9e79' } as const;

/** Colour of each model, by the name in the legend. */
export const MODEL_COLORS: { readonly domain: string[]; readonly range: string[] } = {
  domain: [MODEL_LABELS.relu, MODEL_LABELS.attention],
  range: [SERIES_COLORS.blue, SERIES_COLORS.orange],
};

/** Width and height of one panel in pixels. */
export const PANEL = { width: 330, height: 250 } as const;

/** Shared configuration of the Vega-Lite specifications. */
export const THEME: Config = {
  background: 'transparent',
  font: FONT,
  padding: 4,
  // The page describes each figure as a whole; a label on every mark would only be noise.
  aria: false,
  view: { stroke: null },
  axis: {
    labelColor: TEXT,
    titleColor: TEXT,
    domainColor: TEXT,
    tickColor: TEXT,
    gridColor: TEXT,
    gridOpacity: 0.12,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  header: {
    labelColor: TEXT,
    labelFontSize: 13,
    labelFontWeight: 'bold',
    title: null,
  },
  legend: {
    labelColor: TEXT,
    titleColor: TEXT,
    labelFontSize: 12,
    title: null,
    orient: 'top',
    symbolStrokeWidth: 2,
  },
};

/** A horizontal encoding of network widths. */
export interface WidthAxis {
  readonly field: 'width';
  readonly type: 'quantitative';
  readonly scale: { type: 'log'; base: 2; nice: false; padding: number };
  readonly axis: { values: number[]; format: string; grid: false; labelOverlap: 'greedy' };
  readonly title: string;
}

/** The field `width` on a logarithmic axis, labelled at the widths there are. */
export function widthAxis(widths: readonly number[]): WidthAxis {
  return {
    field: 'width',
    type: 'quantitative',
    scale: { type: 'log', base: 2, nice: false, padding: 12 },
    axis: { values: [...widths], format: 'd', grid: false, labelOverlap: 'greedy' },
    title: 'width m',
  };
}
