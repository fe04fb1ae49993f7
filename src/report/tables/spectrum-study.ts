/** Condition numbers by every definition, the cube before and after normalisation, and stacks of layers, as tables. */
import type {
  ConditionDefinition,
  ConditionNumber,
  ConditionRecord,
  CubeRecord,
  LayersRecord,
} from '../../experiments/studies/spectrum-study-results.js';
import {
  PLAIN,
  POWER,
  countCell,
  estimateCell,
  textCell,
  type Table,
  type TableCell,
} from '../table.js';
import { powerOfTen, significant } from '../format.js';
import { paperNumbers } from '../paper-tables.js';
import { MEDIAN_NOTE, ascending, groupBy, median, medianCell } from '../aggregate.js';

const DEFINITIONS = [
  'κ = λ_{1} / λ_{min(n,d)} of G = X Xᵀ, X the unit rows: infinite when rows or columns depend on each other.',
  'κ_{d} = λ_{1} / λ_{r}, r = number of eigenvalues above rtol × λ_{1}; with rounding, rtol = max(n, d) × 2.2e-16.',
  'κ_{k} = λ_{1} / λ_{k}.',
];

/** Condition numbers of G for each definition and number of points. */
export function sampleSizeTable(records: readonly ConditionRecord[]): Table {
  return byDefinitionAndSize(records, {
    name: 'condition-by-n',
    caption: 'Condition number of the data by definition and number of points',
    groups: [{ value: ({ log10 }) => log10 }],
    notes: [...DEFINITIONS, MEDIAN_NOTE],
  });
}

/** Widths that the paper's bounds predict from each condition number. */
export function predictedWidthTable(records: readonly ConditionRecord[]): Table {
  return byDefinitionAndSize(records, {
    name: 'width-by-n',
    caption: 'Predicted widths by definition of the condition number and number of points',
    groups: [
      {
        title: 'v1: κ^{6} / eps^{2} with eps = 1',
        value: ({ log10Width }) => log10Width?.v1 ?? null,
      },
      { title: 'v2: κ^{6} n ln n', value: ({ log10Width }) => log10Width?.v2 ?? null },
    ],
    notes: [
      'Width beyond which the network should follow its kernel; v1 and v2 are the two versions of the paper, ' +
        `which quote > 1e${paperNumbers('mnist')?.log10Width.v1 ?? 0} and > 1e${paperNumbers('mnist')?.log10Width.v2 ?? 0} for MNIST, ` +
        `> 1e${paperNumbers('cifar10')?.log10Width.v1 ?? 0} and > 1e${paperNumbers('cifar10')?.log10Width.v2 ?? 0} for CIFAR-10.`,
      ...DEFINITIONS,
      MEDIAN_NOTE,
    ],
  });
}

interface SizeTable {
  readonly name: string;
  readonly caption: string;
  readonly groups: readonly {
    readonly title?: string;
    readonly value: (number: ConditionNumber) => number | null;
  }[];
  readonly notes: readonly string[];
}

function byDefinitionAndSize(
  records: readonly ConditionRecord[],
  { name, caption, groups, notes }: SizeTable,
): Table {
  const sizes = ascending(records.map(({ n }) => n));
  const at = (n: number, label: string): ConditionNumber[] =>
    records.filter((record) => record.n === n).flatMap((record) => numbersOf(record, label));
  return {
    name,
    caption,
    columns: ['', ...sizes.map((n) => `n = ${n}`)],
    groups: groups.map(({ title, value }) => ({
      ...(title !== undefined && { title }),
      rows: definitionLabels(records).map((label) => ({
        head: label,
        cells: sizes.map((n) => medianCell(at(n, label).map(value))),
      })),
    })),
    notes: [...notes, drawsNote(records, sizes)],
  };
}

function drawsNote(records: readonly ConditionRecord[], sizes: readonly number[]): string {
  const counts = sizes.map((n) => records.filter((record) => record.n === n).length);
  return `Draws: ${sizes.map((n, i) => `${counts[i] ?? 0} of n = ${n}`).join(', ')}.`;
}

/** Every definition that the records have, in their order. */
export function definitionLabels(records: readonly ConditionRecord[]): string[] {
  return [...new Set(records.flatMap(({ numbers }) => numbers.map(definitionLabel)))];
}

/** The numbers of one definition in a record. */
export function numbersOf(record: ConditionRecord, label: string): ConditionNumber[] {
  return record.numbers.filter((number) => definitionLabel(number) === label);
}

function definitionLabel({ definition, parameter }: ConditionNumber): string {
  const labels: Readonly<Record<ConditionDefinition, string>> = {
    kappa: 'κ',
    'kappa-d-rounding': 'κ_{d}, rounding',
    'kappa-d': `κ_{d}, rtol ${powerOfTen(Math.log10(parameter ?? NaN))}`,
    'kappa-k': `κ_{${parameter ?? 'k'}}`,
  };
  return labels[definition];
}

/** The condition numbers that the paper quotes. */
export const PAPER_KAPPAS: readonly { readonly dataset: string; readonly kappa: number }[] = [
  ['MNIST', 'mnist'],
  ['CIFAR-10', 'cifar10'],
].flatMap(([dataset = '', key = '']) => {
  const kappa = paperNumbers(key)?.kappa;
  return kappa === undefined ? [] : [{ dataset, kappa }];
});

/** For each definition, the number of points at which its median equals the paper's condition number. */
export function equalSizeTable(records: readonly ConditionRecord[]): Table {
  const sizes = ascending(records.map(({ n }) => n));
  return {
    name: 'n-of-paper-kappa',
    caption: 'Number of points at which the condition number is the paper’s',
    columns: [
      '',
      ...PAPER_KAPPAS.map(({ dataset, kappa }) => `${significant(kappa, 2)} (${dataset})`),
    ],
    groups: [
      {
        rows: definitionLabels(records).map((label) => ({
          head: label,
          cells: PAPER_KAPPAS.map(({ kappa }) =>
            sizeCell(
              sizes.map((n) => ({
                n,
                log10: medianLog(records, n, label),
              })),
              Math.log10(kappa),
            ),
          ),
        })),
      },
    ],
    notes: [
      'n at which the median over draws equals the number, between the sizes measured by interpolation of log κ ' +
        'over log n. The paper gives its condition number without a definition or a number of points.',
      ...DEFINITIONS,
      drawsNote(records, sizes),
    ],
  };
}

/** Median over draws of log10 of a condition number; Infinity where it is infinite. */
export function medianLog(records: readonly ConditionRecord[], n: number, label: string): number {
  const logs = records
    .filter((record) => record.n === n)
    .flatMap((record) => numbersOf(record, label).map(({ log10 }) => log10 ?? Infinity));
  return median(logs);
}

/** Every crossing of the target between neighbouring sizes. */
function sizeCell(
  points: readonly { readonly n: number; readonly log10: number }[],
  target: number,
): TableCell {
  const finite = points.filter(({ log10 }) => Number.isFinite(log10));
  const crossings = finite.flatMap((right, i) => {
    const left = finite[i - 1];
    if (left === undefined) return [];
    const share = (target - left.log10) / (right.log10 - left.log10);
    if (!(share >= 0 && share < 1)) return [];
    return [Math.round(left.n * (right.n / left.n) ** share)];
  });
  return crossings.length === 0 ? textCell('not met') : textCell(crossings.join(', '));
}

/** kappa^3 against what is measured before and after the rows are normalised, for each number of points. */
export function cubeTable(records: readonly CubeRecord[]): Table {
  const row = (
    head: string,
    ofSize: readonly CubeRecord[],
    log: (record: CubeRecord) => number,
  ) => ({
    head,
    cells: [countCell([ofSize.length]), estimateCell(ofSize.map(log), POWER)],
  });
  return {
    name: 'cube',
    caption: 'Attention cubes the condition number, measured',
    columns: ['', 'seeds', 'value'],
    groups: bySize(records).map(([n, ofSize]) => ({
      title: `n = ${n}`,
      rows: [
        {
          head: 'common rank r',
          cells: [
            countCell([ofSize.length]),
            estimateCell(
              ofSize.map(({ cut }) => cut.rank),
              PLAIN,
            ),
          ],
        },
        row('κ_{r}(G)', ofSize, ({ log10Kappa }) => log10Kappa.plain),
        row('κ_{r}(G)^{3}', ofSize, ({ log10Kappa }) => 3 * log10Kappa.plain),
        row('κ_{r}(F Fᵀ), measured', ofSize, ({ log10Kappa }) => log10Kappa.attended),
        row('κ_{r}(U Uᵀ), measured', ofSize, ({ log10Kappa }) => log10Kappa.normalized),
        row(
          'κ_{r}(F Fᵀ) / κ_{r}(G)^{3}',
          ofSize,
          ({ log10Kappa }) => log10Kappa.attended - 3 * log10Kappa.plain,
        ),
        row(
          'κ_{r}(U Uᵀ) / κ_{r}(G)^{3}',
          ofSize,
          ({ log10Kappa }) => log10Kappa.normalized - 3 * log10Kappa.plain,
        ),
        row('bound cond(D)^{2}', ofSize, ({ log10Bound }) => log10Bound),
      ],
    })),
    notes: [
      'G = X Xᵀ of unit rows; F = X Xᵀ X, linearized attention; U the rows of F scaled to unit norm, D their norms before.',
      `κ_{r} = λ_{1} / λ_{r}, r the number of eigenvalues above ${powerOfTen(Math.log10(records[0]?.cut.tolerance ?? NaN))} × λ_{1} in each of the three spectra: below it rounding leaves too few digits.`,
      'The last ratio lies between 1 / cond(D)^{2} and cond(D)^{2} (Ostrowski).',
      'Mean and 95 % Student-t interval over seeds, both of the logarithm for every κ and ratio.',
    ],
  };
}

/** How attention makes all rows one. */
export function collapseTable(records: readonly CubeRecord[]): Table {
  return {
    name: 'collapse',
    caption: 'Collapse of attended rows',
    columns: ['', 'seeds', 'λ_{1} / trace', 'mean cosine', 'effective rank'],
    groups: bySize(records).map(([n, ofSize]) => ({
      title: `n = ${n}`,
      rows: (['plain', 'normalized'] as const).map((matrix) => ({
        head: matrix === 'plain' ? 'before attention' : 'after attention',
        cells: [
          countCell([ofSize.length]),
          ...(['topShare', 'meanCosine', 'effectiveRank'] as const).map((measure) =>
            estimateCell(
              ofSize.map((record) => record[matrix][measure]),
              PLAIN,
            ),
          ),
        ],
      })),
    })),
    notes: [
      'λ_{1} / trace of the Gram matrix of unit rows: 1 when all are parallel. Mean cosine: over pairs of different rows.',
      'Effective rank = exp(entropy of λ / trace).',
      'Mean and 95 % Student-t interval over seeds.',
    ],
  };
}

/** Stacks of layers in both readings, against the power of the condition number that the theory gives. */
export function layersTable(records: readonly LayersRecord[]): Table {
  const k = records[0]?.powers[0]?.k ?? 'k';
  return {
    name: 'layers',
    caption: 'Layers of attention',
    columns: [
      ...['', 'seeds', 'p', 'rank', 'r', 'κ_{r}(G)^{p}', 'κ_{r} measured'],
      ...[`κ_{${k}}(G)^{p}`, '1 − mean cosine'],
    ],
    groups: bySize(records).map(([n, ofSize]) => ({
      title: `n = ${n}`,
      rows: [...groupBy(inOrder(ofSize), ({ stack, layers }) => `${layers} layers, ${stack}`)].map(
        ([head, group]) => ({
          head,
          cells: [
            countCell([group.length]),
            textCell(String(group[0]?.exponent ?? 0)),
            estimateCell(
              group.map(({ rank }) => rank),
              PLAIN,
            ),
            estimateCell(
              group.map(({ cut }) => cut.rank),
              PLAIN,
            ),
            estimateCell(
              group.map(({ log10Predicted }) => log10Predicted),
              POWER,
            ),
            estimateCell(
              group.map(({ log10Measured }) => log10Measured),
              POWER,
            ),
            medianCell(group.map(({ powers }) => powers[0]?.log10 ?? null)),
            estimateCell(
              group.map(({ meanCosine }) => Math.max(0, 1 - meanCosine)),
              PLAIN,
            ),
          ],
        }),
      ),
    })),
    notes: [
      'context: every layer attends to X, the kernel before normalisation is G^{(2k+1)} for k layers, the paper’s reading. ' +
        'self: each layer attends to its own input, as in a transformer, G^{(3^k)}. p: that power.',
      'Measured on the rows after the last layer; rows are scaled to unit norm after every layer. rank: their numerical rank. Mean cosine: over pairs of different rows.',
      `κ_{r}: r the number of eigenvalues above ${powerOfTen(Math.log10(records[0]?.cut.tolerance ?? NaN))} × λ_{1} in the measured matrix; with r = 1 nothing is left to compare.`,
      'Mean and 95 % Student-t interval over seeds, for κ of the logarithm.',
    ],
  };
}

/** Stacks by the number of layers, the paper's reading first. */
export function inOrder(records: readonly LayersRecord[]): LayersRecord[] {
  return records.toSorted(
    (a, b) => a.layers - b.layers || Number(a.stack === 'self') - Number(b.stack === 'self'),
  );
}

function bySize<Item extends { readonly n: number }>(
  records: readonly Item[],
): [n: number, ofSize: Item[]][] {
  return ascending(records.map(({ n }) => n)).map((n) => [
    n,
    records.filter((record) => record.n === n),
  ]);
}
