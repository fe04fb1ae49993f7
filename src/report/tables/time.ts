/** Where the wall time of a run went. */
import type { RunRecord } from '../../experiments/results.js';
import { duration, percent } from '../format.js';
import { NONE, textCell } from '../table.js';
import type { Table } from '../table.js';

/** Seconds of each stage, longest first, as a share of the wall time. */
export function timeTable(run: RunRecord): Table {
  const stages = [...run.stages].sort((a, b) => b.seconds - a.seconds);
  const row = (head: string, seconds: number) => ({
    head,
    cells: [
      textCell(duration(seconds)),
      run.totalSeconds > 0 ? textCell(percent(seconds / run.totalSeconds)) : NONE,
    ],
  });
  return {
    name: 'time',
    caption: 'Where the time went',
    columns: ['stage', 'time', 'of wall time'],
    groups: [
      {
        rows: [
          ...stages.map(({ stage, seconds }) => row(stage, seconds)),
          row('wall time', run.totalSeconds),
        ],
      },
    ],
    notes: ['Stages run side by side, so that their sum can exceed the wall time.'],
  };
}
