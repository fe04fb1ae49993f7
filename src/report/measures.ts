/** Values of a run picked by what they measure, one value a seed. */
import type {
  Cell,
  DistanceCell,
  FlipAttack,
  FlipCell,
  ModelName,
  ReadingName,
  RunRecord,
} from '../experiments/results.js';
import { studentInterval } from '../statistics.js';
import type { Interval } from '../statistics.js';

/** The finished cells of one kind, in ascending seed. */
export function cellsOf<Kind extends Cell['kind']>(
  run: RunRecord,
  kind: Kind,
): Extract<Cell, { kind: Kind }>[] {
  const isKind = (cell: Cell): cell is Extract<Cell, { kind: Kind }> => cell.kind === kind;
  return run.cells.filter(isKind).sort((a, b) => a.seed - b.seed);
}

/** Mean and 95 % Student-t interval of the finite values; undefined without any. */
export function estimate(values: readonly number[]): Interval | undefined {
  const finite = values.filter((value) => Number.isFinite(value));
  return finite.length === 0 ? undefined : studentInterval(finite);
}

/** The trained networks of one model, at one width where `width` is given. */
export function distanceCells(
  run: RunRecord,
  reading: ReadingName,
  model: ModelName,
  width?: number,
): DistanceCell[] {
  return cellsOf(run, 'distance').filter(
    (cell) =>
      cell.reading === reading &&
      cell.model === model &&
      (width === undefined || cell.width === width),
  );
}

/**
 * Change of the spectral NTK distance for each doubling of the width: the least-squares slope over
 * log2 m, one value for each seed that has finished every width of the run.
 */
export function distanceSlopes(run: RunRecord, reading: ReadingName, model: ModelName): number[] {
  const { seeds, widths } = run.config;
  if (widths.length < 2) return [];
  const cells = distanceCells(run, reading, model);
  return seeds
    .map((seed) => cells.filter((cell) => cell.seed === seed && widths.includes(cell.width)))
    .filter((ofSeed) => ofSeed.length === widths.length)
    .map((ofSeed) => slope(ofSeed.map((cell) => [Math.log2(cell.width), cell.spectral])));
}

/** The flip experiments of one model under one intervention. */
export function flipCells(
  run: RunRecord,
  reading: ReadingName,
  model: ModelName,
  attack: FlipAttack,
): FlipCell[] {
  return cellsOf(run, 'flip').filter(
    (cell) => cell.reading === reading && cell.model === model && cell.attack === attack,
  );
}

/** Flip rates of both models on the same seed. */
export interface FlipPair {
  readonly relu: number;
  readonly attention: number;
}

/** One pair for each seed that has finished both models. */
export function flipPairs(run: RunRecord, reading: ReadingName, attack: FlipAttack): FlipPair[] {
  const attention = flipCells(run, reading, 'attention', attack);
  return flipCells(run, reading, 'relu', attack).flatMap((relu) => {
    const partner = attention.find((cell) => cell.seed === relu.seed);
    return partner === undefined ? [] : [{ relu: relu.flipRate, attention: partner.flipRate }];
  });
}

/** Least-squares slope of y over x. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * y, 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return covariance / variance;
}
