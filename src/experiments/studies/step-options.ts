/** The options of one step among several. */
import type { RunOptions } from '../../options.js';

/** Without progress, which would run from 0 to 1 again with every step: a cell is the unit of progress of a study. */
export function stepOptions({ signal, memoryBudget }: RunOptions): RunOptions {
  return { signal, memoryBudget };
}
