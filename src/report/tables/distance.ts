/** NTK distance against width beside the paper's Table 1, and whether the networks trained at all. */
import type { DistanceCell, ModelName, ReadingName } from '../../experiments/results.js';
import { MODEL_LABELS, READING_DEFINITIONS } from '../labels.js';
import { distanceCells, distanceSlopes } from '../measures.js';
import { paperDistance, paperNumbers } from '../paper-tables.js';
import { NONE, PERCENT, PLAIN, SIGNED, countCell, estimateCell, paperCell } from '../table.js';
import type { EstimateFormat, Table, TableRow } from '../table.js';
import type { PartView } from '../view.js';

/** The spectral distance at every width, for each model, the readings side by side. */
export function distanceTable(run: PartView): Table {
  const { models, readings } = run.config;
  return {
    name: 'distance',
    caption: 'NTK distance against width',
    columns: ['', 'n', ...readings, 'paper'],
    groups: models.map((model) => ({
      title: MODEL_LABELS[model],
      rows: [
        ...tableWidths(run, model).map((width) => widthRow(run, model, width)),
        slopeRow(run, model),
      ],
    })),
    notes: [
      'Distance = spectral norm of F_{m}(Z) - F_{NTK}(Z), test points × outputs: raw network outputs against kernel ridge regression with the infinite-width kernel.',
      'Slope: least squares over log2 m, the change for each doubling of the width.',
      'Mean and 95 % Student-t interval over n seeds. Paper: Table 1.',
      ...readings.map((reading) => READING_DEFINITIONS[reading]),
      ...readings.flatMap((reading) => accuracyNote(run, reading)),
    ],
  };
}

const DISTANCES: readonly {
  readonly head: string;
  readonly value: (cell: DistanceCell) => number;
}[] = [
  { head: 'spectral', value: (cell) => cell.spectral },
  { head: 'Frobenius', value: (cell) => cell.frobenius },
  { head: 'rms', value: (cell) => cell.rms },
  { head: 'softmax, spectral', value: (cell) => cell.softmax.spectral },
  { head: 'softmax, Frobenius', value: (cell) => cell.softmax.frobenius },
  { head: 'softmax, rms', value: (cell) => cell.softmax.rms },
];

/** How each norm of the distance changes with the width: a trend should not hang on the choice of one. */
export function trendTable(run: PartView): Table {
  const { models, readings } = run.config;
  return {
    name: 'trend',
    caption: 'Trend of the NTK distance in every norm',
    columns: ['', 'n', ...readings],
    groups: models.map((model) => ({
      title: MODEL_LABELS[model],
      rows: DISTANCES.map(({ head, value }) => {
        const byReading = readings.map((reading) => distanceSlopes(run, reading, model, value));
        return {
          head,
          cells: [
            countCell(byReading.map((slopes) => slopes.length)),
            ...byReading.map((slopes) => estimateCell(slopes, SIGNED)),
          ],
        };
      }),
    })),
    notes: [
      'Slope over log2 m: the change for each doubling of the width. Mean and 95 % Student-t interval over n seeds.',
      'Spectral, Frobenius, rms: of F_{m}(Z) - F_{NTK}(Z). Softmax: the same of softmax(F_{m}(Z)) - F_{NTK}(Z), probabilities against the regression on one-hot targets. Rms does not grow with the test set.',
    ],
  };
}

/** Accuracy, loss and kernel movement behind the distances. */
export function trainingTable(run: PartView): Table {
  const { models, readings, widths } = run.config;
  return {
    name: 'training',
    caption: 'Training behind the distances',
    columns: ['', 'n', ...DIAGNOSTICS.map((diagnostic) => diagnostic.head)],
    groups: readings.flatMap((reading) =>
      models.map((model) => ({
        title: `${reading}, ${MODEL_LABELS[model]}`,
        rows: widths.map((width) => diagnosticRow(run, reading, model, width)),
      })),
    ),
    notes: [
      'Accuracy on the test points: of the network, and of kernel ridge regression with the infinite-width kernel.',
      'Dead units: share of hidden units that are zero on every training point. A network that did not train is no evidence on its kernel.',
      'Kernel error = |K_{m} - K_{∞}|_{F} / |K_{∞}|_{F} at initialisation; kernel drift = |K_{T} - K_{0}|_{F} / |K_{0}|_{F} after training.',
      'Frobenius and rms: other norms of the same difference; rms does not grow with the test set.',
    ],
  };
}

interface Diagnostic {
  readonly head: string;
  readonly value: (cell: DistanceCell) => number;
  readonly format: EstimateFormat;
}

const DIAGNOSTICS: readonly Diagnostic[] = [
  { head: 'network accuracy', value: (cell) => cell.networkAccuracy, format: PERCENT },
  { head: 'kernel accuracy', value: (cell) => cell.ridgeAccuracy, format: PERCENT },
  { head: 'training loss', value: (cell) => cell.finalLoss, format: PLAIN },
  { head: 'dead units', value: (cell) => cell.deadUnits, format: PERCENT },
  { head: 'kernel error', value: (cell) => cell.kernelError, format: PLAIN },
  { head: 'kernel drift', value: (cell) => cell.kernelDrift, format: PLAIN },
  { head: 'Frobenius', value: (cell) => cell.frobenius, format: PLAIN },
  { head: 'rms', value: (cell) => cell.rms, format: PLAIN },
];

function diagnosticRow(
  run: PartView,
  reading: ReadingName,
  model: ModelName,
  width: number,
): TableRow {
  const cells = distanceCells(run, reading, model, width);
  return {
    head: `m = ${width}`,
    cells: [
      countCell([cells.length]),
      ...DIAGNOSTICS.map(({ value, format }) => estimateCell(cells.map(value), format)),
    ],
  };
}

/** The widths of the run and those of the paper's table, ascending. */
function tableWidths(run: PartView, model: ModelName): number[] {
  const ofPaper = paperNumbers(run.dataset)?.distance[model].map(([width]) => width) ?? [];
  return [...new Set([...run.config.widths, ...ofPaper])].sort((a, b) => a - b);
}

function widthRow(run: PartView, model: ModelName, width: number): TableRow {
  const paper = paperCell(paperDistance(paperNumbers(run.dataset), model, width), PLAIN);
  const head = `m = ${width}`;
  if (!run.config.widths.includes(width)) {
    return { head, cells: [NONE, ...run.config.readings.map(() => NONE), paper] };
  }
  const byReading = run.config.readings.map((reading) =>
    distanceCells(run, reading, model, width).map((cell) => cell.spectral),
  );
  return {
    head,
    cells: [
      countCell(byReading.map((values) => values.length)),
      ...byReading.map((values) => estimateCell(values, PLAIN)),
      paper,
    ],
  };
}

/** Whether the widest networks learned anything, without which their distance says little. */
function accuracyNote(run: PartView, reading: ReadingName): string[] {
  const width = Math.max(...run.config.widths);
  const parts = run.config.models.flatMap((model) => {
    const cells = distanceCells(run, reading, model, width);
    if (cells.length === 0) return [];
    const text = (values: readonly number[]): string => {
      const { value, detail = '' } = estimateCell(values, PERCENT);
      return `${value} ${detail}`;
    };
    const network = text(cells.map((cell) => cell.networkAccuracy));
    const kernel = text(cells.map((cell) => cell.ridgeAccuracy));
    return `${MODEL_LABELS[model]} ${network}, its kernel ${kernel}`;
  });
  return parts.length === 0
    ? []
    : [`Test accuracy at m = ${width}, ${reading}: ${parts.join('; ')}.`];
}

function slopeRow(run: PartView, model: ModelName): TableRow {
  const byReading = run.config.readings.map((reading) => distanceSlopes(run, reading, model));
  return {
    head: 'slope',
    cells: [
      countCell(byReading.map((slopes) => slopes.length)),
      ...byReading.map((slopes) => estimateCell(slopes, SIGNED)),
      NONE,
    ],
  };
}
