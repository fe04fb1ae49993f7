/** Where the cells of a sweep go: into a shared run folder, or into memory. */
import type { SharedStore } from '../runs/shared-store.js';
import type { PlannedCell, SweepCell } from './cells.js';
import type { CellFailure, CellHost } from './run-cells.js';

/** A cell that needs nothing more. */
export interface EndedCell {
  /** The cell with its values. */
  readonly cell: PlannedCell;
  /** `elsewhere`: another process has computed it. */
  readonly outcome: 'computed' | 'failed' | 'elsewhere';
}

type OnCell = ((ended: EndedCell) => void) | undefined;

/** Keeps results in memory; there are no other processes. */
export function memoryHost(
  onCell: OnCell,
): CellHost & { readonly results: ReadonlyMap<string, SweepCell> } {
  const results = new Map<string, SweepCell>();
  return {
    results,
    take: async () => Promise.resolve('mine'),
    store: async (_cell, result) => {
      results.set(result.key, result);
      return Promise.resolve();
    },
    fail: async () => Promise.resolve(),
    settle: async () => Promise.resolve(),
    refresh: async () => Promise.resolve(),
    isDone: ({ key }) => results.has(key),
    ended: (cell, outcome) => onCell?.({ cell, outcome }),
  };
}

/** Shares a run folder with other processes. */
export function storeHost(store: SharedStore<SweepCell>, onCell: OnCell): CellHost {
  return {
    async take({ group, key }) {
      if (store.has(key)) return 'done';
      if (!(await store.claims.take(group))) return 'taken';
      // Whoever had the claim before has stored the results before giving it back.
      await store.refresh();
      return store.has(key) ? 'done' : 'mine';
    },
    async store({ label, key }, result, seconds) {
      const at = new Date().toISOString();
      await store.append(result, [{ event: 'finished', key, label, seconds, at }]);
    },
    async fail({ cell, error }: CellFailure) {
      const { key, label } = cell;
      const { code, message } = error;
      await store.note({
        event: 'failed',
        key,
        label,
        code,
        message,
        at: new Date().toISOString(),
      });
    },
    settle: async (group) => store.claims.release(group),
    refresh: async () => store.refresh(),
    isDone: ({ key }) => store.has(key),
    ended: (cell, outcome) => onCell?.({ cell, outcome }),
  };
}
