/** How figures of many lines name them. */

/** The legend of many lines with long names: in rows within the width of a figure, each with its stroke. */
export const LONG_LEGEND = {
  columns: 4,
  labelLimit: 240,
  symbolType: 'stroke',
  symbolSize: 500,
} as const;
