/** The data of a sweep: labelled rows in memory, wherever they came from. */
import { sha256 } from '../../data/files.js';
import { drawIndices, oneHot, unitRows } from '../../data/dataset.js';
import type { TableReading } from '../../data/open-dataset.js';
import { NtkitError } from '../../errors.js';
import type { Matrix } from '../../linalg/matrix.js';
import { STREAMS, permutation } from '../../random.js';
import { canonicalJson } from '../../runs/canonical-json.js';

/** Points of one split. */
export interface LabelledRows {
  /** How many points there are. */
  readonly count: number;
  /** From 0 to below the number of classes. */
  readonly labels: ArrayLike<number>;
  /** The points of the given indices as float64 rows. */
  readonly rows: (indices: Int32Array) => Matrix;
}

/** One data set. */
export interface SweepData {
  /** What results call it. */
  readonly name: string;
  /** SHA-256 of its content, part by part: the data's identity. */
  readonly hashes: Readonly<Record<string, string>>;
  /** How the files were read that points and labels come from; null when it is no table of the user's. */
  readonly table: TableReading | null;
  /** Inputs of a point. */
  readonly inputs: number;
  /** How many classes there are. */
  readonly classes: number;
  /** Points to train on. */
  readonly train: LabelledRows;
  /** Null when the data is one set: then test points are drawn from what a sample does not train on. */
  readonly test: LabelledRows | null;
  /** Range of valid inputs, which no attack leaves. */
  readonly range: readonly [number, number];
  /** Standard deviation of each input: the unit of a standardized eps. */
  readonly deviation: Float64Array;
  /** Bytes that it takes in memory. */
  readonly bytes: number;
}

/** The parts of a table's identity: content of the points, of labels in a file of their own, and how both were read. */
export const TABLE_PARTS = ['points', 'labels', 'table'] as const;

/** The identity of a data set: its name and content. */
export function dataId({ name, hashes }: Pick<SweepData, 'name' | 'hashes'>): string {
  return sha256(canonicalJson({ name, hashes }, 'data'));
}

/** One draw of training and test data. */
export interface DataSample {
  /** Training points as they are, n x d. */
  readonly points: Matrix;
  /** Training rows of unit norm and their one-hot targets. */
  readonly X: Matrix;
  /** Classes of the training points. */
  readonly labels: Int32Array;
  /** One-hot targets of the training points, n x c. */
  readonly Y: Matrix;
  /** Test rows of unit norm and their targets. */
  readonly Z: Matrix;
  /** Classes of the test points. */
  readonly testLabels: Int32Array;
  /** One-hot targets of the test points, q x c. */
  readonly Yt: Matrix;
}

/**
 * Draws `n` training and `test` test points without replacement. With the same seed a larger sample contains a smaller one
 * where the data has a test split.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when the data has fewer points, `ERR_DATA_FORMAT` when a point is zero and has
 * no direction.
 */
export function drawDataSample(
  data: SweepData,
  { n, test, seed }: { readonly n: number; readonly test: number; readonly seed: number },
): DataSample {
  requireEnough(data, n, test);
  const all = data.test === null;
  const order = drawIndices(data.train.count, all ? n + test : n, (count) =>
    permutation(seed, STREAMS.trainSample, count),
  );
  const trainIndices = order.slice(0, n);
  const testSplit = data.test ?? data.train;
  const testIndices = all
    ? order.slice(n)
    : drawIndices(testSplit.count, test, (count) => permutation(seed, STREAMS.testSample, count));
  const labels = labelsAt(data.train, trainIndices);
  const testLabels = labelsAt(testSplit, testIndices);
  const points = data.train.rows(trainIndices);
  return {
    points,
    X: directions(points, `training points of ${data.name}`),
    labels,
    Y: oneHot(labels, data.classes),
    Z: directions(testSplit.rows(testIndices), `test points of ${data.name}`),
    testLabels,
    Yt: oneHot(testLabels, data.classes),
  };
}

/**
 * Refuses a sample that the data cannot give.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key.
 */
export function requireEnough(data: SweepData, n: number, test: number): void {
  const forTraining = data.test === null ? data.train.count - test : data.train.count;
  requireAtMost('n', n, Math.max(0, forTraining), data);
  if (data.test !== null) requireAtMost('test', test, data.test.count, data);
}

function requireAtMost(key: string, value: number, most: number, { name }: SweepData): void {
  if (value <= most) return;
  throw new NtkitError(
    'ERR_INVALID_ARGUMENT',
    `Expected at most ${most}, what ${name} has, for ${key} but received ${value}`,
  );
}

function labelsAt({ labels }: LabelledRows, indices: Int32Array): Int32Array {
  return indices.map((index) => labels[index] ?? -1);
}

/** A zero point has no direction and a kernel value of 0 with everything: it cannot be learned from. */
function directions(points: Matrix, what: string): Matrix {
  const { matrix, zeroRows } = unitRows(points);
  if (zeroRows.length === 0) return matrix;
  throw new NtkitError(
    'ERR_DATA_FORMAT',
    `Expected ${what} that are not zero but received ${zeroRows.length} zero ones`,
  );
}
