/** Points moved by a small amount, at random and against a trained network. */
import { fgsm, type AttackTarget } from '../attacks/linf.js';
import { unitRows } from '../data/dataset.js';
import { Matrix } from '../linalg/matrix.js';
import { TwoLayerNetwork } from '../models/two-layer-network.js';
import type { RunOptions } from '../options.js';
import { STREAMS, uniform } from '../random.js';
import { inputsOf } from './kernels.js';
import type { AuditSetting } from './result.js';

/** Enough for the small widths of an audit; the accuracy that is reached is in the result. */
const EPOCHS = 50;
const LEARNING_RATE = 1e-2;
/** Weights of unit size, so that a network of moderate width stays near its kernel. */
const WEIGHT_SCALE = 1;

/** A network that was trained on the points, and what it is attacked through. */
export interface Attacked {
  readonly target: AttackTarget;
  /** Share of points that it classifies as they are labelled. */
  readonly accuracy: number;
}

/** Trains the two-layer network of the setting on the points' unit rows, attended where the setting says so. */
export async function trainAttacked(
  points: Matrix,
  Y: Matrix,
  labels: Int32Array,
  setting: AuditSetting,
  run: RunOptions,
): Promise<Attacked> {
  const { width, seed, attention } = setting;
  const X = await inputsOf(points, points, setting, run);
  const loss = 'cross-entropy';
  const fresh = await TwoLayerNetwork.create({
    ...run,
    ...{ inputs: X.cols, outputs: Y.cols, width, seed, scale: WEIGHT_SCALE },
  });
  const { network } = await fresh.train(X, Y, {
    ...run,
    ...{ loss, epochs: EPOCHS, learningRate: LEARNING_RATE, seed },
  });
  const outputs = await network.predict(X, run);
  const right = labels.filter((label, i) => {
    const row = outputs.row(i);
    return row.indexOf(Math.max(...row)) === label;
  });
  const context = attention ? unitRows(points).matrix : undefined;
  return { target: { network, loss, context }, accuracy: right.length / labels.length };
}

/** The points with `chosen` replaced by their FGSM examples of size eps, in standard deviations `scale` of an input. */
export async function attackPoints(
  { target }: Attacked,
  points: Matrix,
  Y: Matrix,
  chosen: ArrayLike<number>,
  eps: number,
  scale: Float64Array,
  run: RunOptions,
): Promise<Matrix> {
  const { adversarial } = await fgsm(target, points.selectRows(chosen), Y.selectRows(chosen), {
    ...run,
    ...{ eps, epsUnits: 'standardized', scale },
    // Own data has no range of its own that an example would have to stay in.
    clip: [-Number.MAX_VALUE, Number.MAX_VALUE],
  });
  return withRows(points, chosen, adversarial);
}

/** The points with every input of `chosen` moved by eps standard deviations, up or down at random. */
export function jitterPoints(
  points: Matrix,
  chosen: ArrayLike<number>,
  eps: number,
  scale: Float64Array,
  seed: number,
): Matrix {
  const moved = points.selectRows(chosen);
  const signs = uniform(seed, STREAMS.auditNoise, moved.data.length);
  moved.data.forEach((value, k) => {
    const step = eps * (scale[k % moved.cols] ?? 0);
    moved.data[k] = (signs[k] ?? 0) < 0.5 ? value - step : value + step;
  });
  return withRows(points, chosen, moved);
}

function withRows(points: Matrix, chosen: ArrayLike<number>, rows: Matrix): Matrix {
  const copy = Matrix.of(points.data.slice(), points.rows, points.cols);
  Array.from(chosen).forEach((i, k) => copy.row(i).set(rows.row(k)));
  return copy;
}
