/** A small table as parts of a run have them. */
import { tableOfRows, type ExportTable } from '../../../src/exports/table.js';

export const ROWS = [
  { part: 'table1', seed: 0, key: 'a1', model: 'relu', width: 64, distance: 1.5, drift: 0.25 },
  { part: 'table1', seed: 0, key: 'a2', model: 'relu', width: 16, distance: 2.5, drift: null },
  { part: 'table1', seed: 1, key: 'a3', model: 'a/b <c>', width: 16, distance: 3 },
] as const;

export function table(): ExportTable {
  return tableOfRows(ROWS, {
    name: 'table1',
    definitions: { distance: 'spectral norm' },
    parameters: ['seed', 'width'],
  });
}
