/** How long the readers of data files are fuzzed: a moment in `npm test`, longer with NTKIT_FUZZ_RUNS. */

/** Random files a property is tried on. */
export const FUZZ_RUNS = Number(process.env['NTKIT_FUZZ_RUNS'] ?? 300);
