/** The names of the built-in measures, for the schema of configs. */

export const MEASURE_NAMES = ['spectrum', 'kernel', 'distance', 'flips'] as const;
