/** Condition numbers before and after attention, and the widths that follow from them. */
import type { SpectrumCell, SpectrumRecord } from '../../experiments/results.js';
import { infiniteCondition, powerOfTen } from '../format.js';
import { cellsOf } from '../measures.js';
import { paperNumbers } from '../paper-tables.js';
import {
  MISSING,
  NONE,
  PERCENT,
  PLAIN,
  POWER,
  countCell,
  estimateCell,
  paperCell,
  textCell,
} from '../table.js';
import type { Table, TableCell } from '../table.js';
import type { PartView } from '../view.js';

const MATRICES = ['plain', 'attended', 'normalized'] as const;

/** Condition numbers of the three Gram matrices, mean and interval over seeds. */
export function conditionTable(run: PartView): Table {
  const cells = cellsOf(run, 'spectrum');
  const k = cells[0]?.plain.kappaK.k;
  const row = (head: string, cell: (records: SpectrumRecord[], size: number) => TableCell) => ({
    head,
    cells: MATRICES.map((matrix) => matrixCell(cells, matrix, cell)),
  });
  return {
    name: 'condition',
    caption: `Condition numbers before and after attention (${seedCount(cells)})`,
    columns: ['', 'G = X Xᵀ', 'attended, F Fᵀ', 'unit rows, U Uᵀ'],
    groups: [
      {
        rows: [
          row('κ', kappaCell),
          row('κ_{d}', (records) => logCell(records.map((record) => record.kappaD))),
          row(`κ_{${k ?? 'k'}}`, kappaKCell),
          row('rank r', (records) => estimateCell(pick(records, 'rank'), PLAIN)),
          row('tolerance', toleranceCell),
          row('λ_{1} / trace', (records) => estimateCell(pick(records, 'topShare'), PERCENT)),
          row('effective rank', (records) => estimateCell(pick(records, 'effectiveRank'), PLAIN)),
        ],
      },
    ],
    notes: [
      'X: unit rows, n × d. F = X Xᵀ X: linearized attention. U: the rows of F, scaled to unit length.',
      'κ = λ_{1} / λ_{min(n,d)}: infinite when rows or columns depend on each other.',
      'κ_{d} = λ_{1} / λ_{r}, r = number of eigenvalues above tolerance × λ_{1}: it depends on n and the tolerance.',
      `κ_{${k ?? 'k'}} = λ_{1} / λ_{${k ?? 'k'}}: a fixed place in the spectrum, comparable between matrices.`,
      'Effective rank = exp(entropy of λ / trace).',
      'Mean and 95 % Student-t interval over seeds; for κ both on the log10 scale.',
    ],
  };
}

/** kappa_d cubed and the widths that the paper's bounds ask for, beside the paper's own. */
export function widthTable(run: PartView): Table {
  const cells = cellsOf(run, 'spectrum');
  const paper = paperNumbers(run.dataset);
  const eps = cells[0]?.log10Width.eps ?? run.config.eps;
  const row = (head: string, log10: (cell: SpectrumCell) => number, ofPaper: TableCell) => ({
    head,
    cells: [countCell([cells.length]), estimateCell(cells.map(log10), POWER), ofPaper],
  });
  const kappa = paper && Math.log10(paper.kappa);
  const bound = (version: 'v1' | 'v2') =>
    paper === undefined ? NONE : textCell(`> 1e${paper.log10Width[version]}`);
  return {
    name: 'width',
    caption: 'Predicted widths',
    columns: ['', 'n', 'ours', 'paper'],
    groups: [
      {
        rows: [
          row('κ_{d}(G)', (cell) => Math.log10(cell.plain.kappaD), paperCell(kappa, POWER)),
          row('κ_{d}(G)^{3}', (cell) => cell.log10KappaCubed, paperCell(kappa && 3 * kappa, POWER)),
          row('width, v1', (cell) => cell.log10Width.v1, bound('v1')),
          row('width, v2', (cell) => cell.log10Width.v2, bound('v2')),
        ],
      },
    ],
    notes: [
      `Width beyond which the network should follow its kernel: v1 κ_{d}^{6} / eps^{2} with eps = ${eps}; v2 κ_{d}^{6} n ln n.`,
      'v1 and v2 are the two versions of the paper. Its condition number comes without a definition.',
    ],
  };
}

function matrixCell(
  cells: readonly SpectrumCell[],
  matrix: (typeof MATRICES)[number],
  cell: (records: SpectrumRecord[], size: number) => TableCell,
): TableCell {
  const size = Math.min(cells[0]?.n ?? 0, cells[0]?.d ?? 0);
  return cells.length === 0
    ? MISSING
    : cell(
        cells.map((ofSeed) => ofSeed[matrix]),
        size,
      );
}

function kappaCell(records: readonly SpectrumRecord[], size: number): TableCell {
  const finite = records.flatMap((record) => record.kappa ?? []);
  if (finite.length === records.length) return logCell(finite);
  const deficient = records.filter((record) => record.kappa === null);
  const text = infiniteCondition(pick(deficient, 'rank'), size);
  return finite.length === 0
    ? { value: text }
    : { value: text, detail: `in ${deficient.length} of ${records.length} seeds` };
}

function kappaKCell(records: readonly SpectrumRecord[]): TableCell {
  const values = records.flatMap((record) => record.kappaK.value ?? []);
  return values.length === 0 ? { ...NONE, detail: '(beyond the rank)' } : logCell(values);
}

/** The tolerance follows from the matrix's size and is the same for every seed. */
function toleranceCell(records: readonly SpectrumRecord[]): TableCell {
  const tolerance = records[0]?.tolerance;
  return tolerance === undefined ? MISSING : textCell(powerOfTen(Math.log10(tolerance)));
}

function logCell(values: readonly number[]): TableCell {
  return estimateCell(values.map(Math.log10), POWER);
}

function pick(
  records: readonly SpectrumRecord[],
  field: 'rank' | 'topShare' | 'effectiveRank',
): number[] {
  return records.map((record) => record[field]);
}

function seedCount(cells: readonly SpectrumCell[]): string {
  const size = cells[0] === undefined ? '' : `, n = ${cells[0].n}, d = ${cells[0].d}`;
  return `${cells.length} ${cells.length === 1 ? 'seed' : 'seeds'}${size}`;
}
