/** Values of a run picked by what they measure, one value a seed. */
import type {
  Cell,
  DistanceCell,
  FlipCell,
  ModelName,
  ReadingName,
} from '../experiments/results.js';
import { studentInterval } from '../statistics.js';
import type { Interval } from '../statistics.js';
import type { PartView } from './view.js';

/** The finished cells of one kind, in ascending seed and then by key: in the same order whichever finished first. */
export function cellsOf<Kind extends Cell['kind']>(
  run: PartView,
  kind: Kind,
): Extract<Cell, { kind: Kind }>[] {
  const isKind = (cell: Cell): cell is Extract<Cell, { kind: Kind }> => cell.kind === kind;
  return run.cells
    .filter(isKind)
    .sort((a, b) => a.seed - b.seed || Number(a.key > b.key) - Number(a.key < b.key));
}

/** Mean and 95 % Student-t interval of the finite values; undefined without any. */
export function estimate(values: readonly number[]): Interval | undefined {
  const finite = values.filter((value) => Number.isFinite(value));
  return finite.length === 0 ? undefined : studentInterval(finite);
}

/** The trained networks of one model, at one width where `width` is given. */
export function distanceCells(
  run: PartView,
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
 * Change of the NTK distance for each doubling of the width: the least-squares slope over log2 m, one value for each
 * seed that has finished every width of the run.
 *
 * @param distance - which distance of a cell; default the spectral norm of the raw difference.
 */
export function distanceSlopes(
  run: PartView,
  reading: ReadingName,
  model: ModelName,
  distance: (cell: DistanceCell) => number = (cell) => cell.spectral,
): number[] {
  const { seeds, widths } = run.config;
  if (widths.length < 2) return [];
  const cells = distanceCells(run, reading, model);
  return seeds
    .map((seed) => cells.filter((cell) => cell.seed === seed && widths.includes(cell.width)))
    .filter((ofSeed) => ofSeed.length === widths.length)
    .map((ofSeed) => slope(ofSeed.map((cell) => [Math.log2(cell.width), distance(cell)])));
}

/** What picks flip experiments of a part. */
export type FlipFilter = Partial<
  Pick<FlipCell, 'reading' | 'model' | 'attack' | 'training' | 'eps'>
>;

/** The flip experiments that a filter picks. */
export function flipCells(run: PartView, filter: FlipFilter): FlipCell[] {
  const wanted = Object.entries(filter);
  return cellsOf(run, 'flip').filter((cell) =>
    wanted.every(([field, value]) => cell[field as keyof FlipFilter] === value),
  );
}

/** Flip rates of both models on the same seed. */
export interface FlipPair {
  readonly relu: number;
  readonly attention: number;
}

/** One pair for each seed that has finished both models. */
export function flipPairs(run: PartView, filter: Omit<FlipFilter, 'model'>): FlipPair[] {
  const attention = flipCells(run, { ...filter, model: 'attention' });
  return flipCells(run, { ...filter, model: 'relu' }).flatMap((relu) => {
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
