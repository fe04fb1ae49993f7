/**
 * A valid call of every function that the package exports, by name: `gram` for a function, `KernelRidge.fit`
 * for a static method, `KernelRidge#predict` for a method, `new TwoLayerNetwork` for a constructor.
 */
import { KernelRidge, Matrix, type TwoLayerNetwork } from '../../src/index.js';
import {
  EIGENVALUES,
  LOSS,
  attackTarget,
  clipRange,
  coverage,
  elementIndex,
  elements,
  hiddenUnits,
  ladder,
  nestedRows,
  network,
  networkArgument,
  projections,
  rowIndices,
  signMatrix,
  diagnostics,
  spectrumArgument,
  tolerance,
  trainingState,
} from './arguments.js';
import {
  boolean,
  callback,
  choice,
  integer,
  numbers,
  optional,
  real,
  required,
  signal,
  type Parameter,
  wrong,
} from './bad-inputs.js';
import { definiteMatrix, matrix, outMatrix, plainMatrix } from './bad-matrices.js';
import { DATA_CASES } from './data-cases.js';
import { SWEEP_CASES } from './sweep-cases.js';

/** How one function is called. */
export interface Case {
  /** Positional arguments, in order. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The options object behind them, for functions that take one. */
  readonly options?: Readonly<Record<string, Parameter>>;
  /** What a method is called on. */
  readonly receiver?: () => unknown;
  /** Matrices that the arguments must fit, beside each other: parts of the receiver or of an argument. */
  readonly fitting?: readonly string[];
  /** What is awaited besides the call: a constructor's arguments are looked at when the object is used. */
  readonly use?: (result: unknown) => unknown;
}

const RUN = { signal, onProgress: callback, memoryBudget: integer(2 ** 30, { least: 1 }) };
const SEED = required(integer(7));
const SCORES = [0.3, -0.2, 0.5, 0.1, -0.4];

/** n points of d inputs. */
const X = matrix(4, 3, { float64: false });
/** Queries for X, in its precision. */
const Z = matrix(2, 3, { fits: ['cols'] });

const ridge = async (): Promise<KernelRidge> =>
  KernelRidge.fit(definiteMatrix(4).right() as Matrix, Matrix.zeros(4, 2));
const aMatrix = (): unknown =>
  Matrix.from([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

/** Points, inputs of the network above, in its precision. */
const POINTS = matrix(4, 3, { fits: ['cols'] });
const TARGETS = matrix(4, 2, { fits: ['rows', 'cols'] });

const FITTING = ['weights', 'signs'];
const ON_NETWORK = { receiver: network, fitting: FITTING };

const SIDES = { fits: ['rows', 'cols'] } as const;
const ATTACK = { target: attackTarget(), pixels: POINTS, Y: TARGETS };
const RADIUS = {
  eps: required(real(0.1, { least: 0 })),
  epsUnits: choice('standardized'),
  scale: numbers([0.5, 1, 2]),
  clip: clipRange(),
};
const STEPS = {
  steps: integer(3, { least: 1, most: 2 ** 31 - 1 }),
  alpha: real(0.05, { least: 0 }),
};

const PGD = { ...RADIUS, ...STEPS, randomStart: boolean, seed: SEED };

const TRAINING = {
  optimizer: choice('adam'),
  epochs: integer(2, { most: 2 ** 31 - 1 }),
  batchSize: integer(2, { least: 1, most: 2 ** 31 - 1 }),
  learningRate: real(1e-3, { above: 0 }),
  schedule: choice('cosine'),
  weightDecay: real(1e-3, { least: 0 }),
  decay: choice('coupled'),
  decayTowards: choice('start'),
  seed: SEED,
};
const SNAPSHOTS = { snapshots: optional(numbers([1, 2])) };

export const CASES: Readonly<Record<string, Case>> = {
  ...DATA_CASES,
  ...SWEEP_CASES,

  setThreads: { parameters: { count: required(integer(2, { least: 1, most: 1024 })) } },
  gaussian: randomSequence(),
  uniform: randomSequence(),
  permutation: randomSequence(),

  mean: { parameters: { values: numbers(SCORES) } },
  standardDeviation: { parameters: { values: numbers(SCORES, 2) } },
  studentInterval: { parameters: { values: numbers(SCORES), level: coverage() } },
  spearman: { parameters: { a: numbers(SCORES), b: numbers(SCORES) } },
  kendallTauB: { parameters: { a: numbers(SCORES), b: numbers(SCORES) } },

  'Matrix.of': {
    parameters: {
      data: elements(),
      rows: required(integer(2)),
      cols: required(integer(3)),
    },
  },
  'Matrix.from': { parameters: { rows: nestedRows() } },
  'Matrix.zeros': { parameters: { rows: required(integer(2)), cols: required(integer(3)) } },
  'Matrix#at': {
    receiver: aMatrix,
    parameters: { i: elementIndex(2), j: elementIndex(1) },
  },
  'Matrix#row': { receiver: aMatrix, parameters: { i: required(integer(1, { most: 2 })) } },
  'Matrix#selectRows': { receiver: aMatrix, parameters: { indices: rowIndices() } },

  gram: { parameters: { X }, options: { out: outMatrix(4, 4), ...RUN } },
  crossGram: { parameters: { Z, X: POINTS }, options: { out: outMatrix(2, 4), ...RUN } },
  secondMoment: { parameters: { X }, options: { out: outMatrix(3, 3), ...RUN } },
  eigh: {
    parameters: { A: definiteMatrix(4, { fits: ['rows', 'cols'] }) },
    options: { vectors: boolean, top: integer(2, { least: 1, most: 4 }), ...RUN },
  },
  frobeniusNorm: { parameters: { A: plainMatrix(3, 2) } },
  relativeDifference: twoPlainMatrices(),
  spectralNorm: { parameters: { A: matrix(4, 3) }, options: RUN },
  subtract: twoPlainMatrices(),

  linearizedAttention: {
    parameters: { X },
    options: {
      ...{ queries: optional(Z), normalize: boolean, projections: projections() },
      ...{ layers: integer(2, { least: 1, most: 10_000 }), stack: choice('self') },
      // Not beside projections.
      rank: { ...integer(2, { least: 1, most: 2 ** 31 - 1 }), right: () => undefined },
      out: outMatrix(2, 3),
      ...RUN,
    },
  },
  softmaxAttention: {
    parameters: { X },
    options: {
      ...{ queries: optional(Z), normalize: boolean, projections: projections() },
      temperature: real(0.5, { above: 0 }),
      out: outMatrix(2, 3),
      ...RUN,
    },
  },
  deepNtk: kernel({ depth: required(integer(3, { least: 2, most: 10_000 })) }),
  infiniteNtk: kernel({ trained: choice('both') }),
  empiricalNtk: kernel({ weights: hiddenUnits(), trained: choice('both') }),
  empiricalNtkLadder: {
    parameters: { X: POINTS, Z: optional(matrix(2, 3, { fits: ['cols'] })) },
    options: { weights: hiddenUnits(), trained: choice('both'), widths: ladder(), ...RUN },
  },
  outputNtk: {
    parameters: { X: POINTS, Z: optional(matrix(2, 3, { fits: ['cols'] })) },
    options: {
      weights: matrix(5, 3, { fits: ['rows', 'cols'] }),
      signs: signMatrix(5, 2),
      out: outMatrix(4, 8),
      ...RUN,
    },
  },

  spectrum: {
    parameters: { X: matrix(4, 3) },
    options: { tolerance: tolerance(), k: integer(2, { least: 1 }), ...RUN },
  },
  kernelSpectrum: {
    parameters: { K: definiteMatrix(4, { fits: ['rows', 'cols'] }) },
    options: { tolerance: tolerance(), k: integer(2, { least: 1 }), ...RUN },
  },
  leadingSpectrum: {
    parameters: { K: definiteMatrix(4, { fits: ['rows', 'cols'] }) },
    options: {
      top: required(integer(2, { least: 1, most: 4 })),
      tolerance: tolerance(),
      ...RUN,
    },
  },
  attentionSpectrum: {
    parameters: { X: matrix(4, 3) },
    options: { tolerance: tolerance(), k: integer(2, { least: 1 }), ...RUN },
  },
  kernelTargetAlignment: {
    parameters: {
      K: matrix(4, 4, { fits: ['rows', 'cols'], float64: false }),
      Y: matrix(4, 2, { fits: ['rows'] }),
    },
    options: RUN,
  },
  attendedSpectrum: { parameters: { plain: spectrumArgument() } },
  describeSpectrum: {
    parameters: {
      eigenvalues: numbers(EIGENVALUES),
      n: required(integer(3, { least: 1 })),
      d: required(integer(3, { least: 1 })),
    },
    options: { tolerance: tolerance(), k: integer(2, { least: 1 }) },
  },
  predictedWidths: {
    parameters: { plain: spectrumArgument(), eps: required(real(0.3, { above: 0 })) },
  },

  'new TwoLayerNetwork': {
    parameters: {
      weights: matrix(5, 3, { fits: ['cols'] }),
      signs: matrix(5, 2, { fits: ['rows'] }),
    },
    use: async (built) => (built as TwoLayerNetwork).predict(POINTS.right() as Matrix),
  },
  'TwoLayerNetwork.create': {
    parameters: {},
    options: {
      inputs: size(3),
      outputs: size(2),
      width: size(5),
      seed: SEED,
      scale: real(0.01, { above: 0 }),
      precision: choice('float64'),
      ...RUN,
    },
  },
  'TwoLayerNetwork#train': {
    ...ON_NETWORK,
    parameters: { X: POINTS, Y: TARGETS },
    options: { loss: LOSS, ...TRAINING, ...SNAPSHOTS, ...RUN },
  },
  'TwoLayerNetwork#trainResumably': {
    ...ON_NETWORK,
    parameters: { X: POINTS, Y: TARGETS },
    options: { loss: LOSS, ...TRAINING, from: trainingState(), pause: signal, ...RUN },
  },
  'TwoLayerNetwork#predict': {
    ...ON_NETWORK,
    parameters: { X: POINTS },
    options: { out: outMatrix(4, 2), ...RUN },
  },
  'TwoLayerNetwork#inputGradient': {
    ...ON_NETWORK,
    parameters: { X: POINTS, Y: TARGETS },
    options: { loss: LOSS, out: outMatrix(4, 3), ...RUN },
  },
  'TwoLayerNetwork#ntk': {
    ...ON_NETWORK,
    parameters: { X: POINTS, Z: optional(matrix(2, 3, { fits: ['cols'] })) },
    options: { trained: choice('both'), ...RUN },
  },
  deadUnits: {
    parameters: { network: networkArgument(), X: POINTS },
    fitting: FITTING,
    options: RUN,
  },

  fgsm: { parameters: ATTACK, fitting: FITTING, options: { ...RADIUS, ...RUN } },
  pgd: {
    parameters: ATTACK,
    fitting: FITTING,
    options: { ...PGD, ...RUN },
  },
  mim: {
    parameters: ATTACK,
    fitting: FITTING,
    options: { ...RADIUS, ...STEPS, decay: real(1, { least: 0 }), ...RUN },
  },

  pixelGradient: {
    parameters: ATTACK,
    fitting: FITTING,
    options: { out: outMatrix(4, 3), ...RUN },
  },
  trainAdversarially: {
    parameters: ATTACK,
    fitting: FITTING,
    options: { ...TRAINING, ...SNAPSHOTS, ...PGD, ...RUN },
  },
  kernelDrift: {
    parameters: { K0: plainMatrix(3, 2, SIDES), Kt: plainMatrix(3, 2, SIDES) },
  },

  'KernelRidge.fit': {
    parameters: {
      K: definiteMatrix(4, { fits: ['rows', 'cols'] }),
      Y: matrix(4, 2, { fits: ['rows'] }),
    },
    options: { ridge: real(1e-3, { least: 0 }), factor: choice('float32'), ...RUN },
  },
  'KernelRidge#predict': {
    receiver: ridge,
    parameters: { Kt: matrix(2, 4, { fits: ['cols'] }) },
    options: RUN,
  },
  'KernelRidge#influence': {
    receiver: ridge,
    parameters: {
      Kt: matrix(2, 4, { fits: ['rows', 'cols'] }),
      Yt: matrix(2, 2, { fits: ['rows', 'cols'] }),
    },
    options: { target: choice('loss'), out: outMatrix(2, 4), ...RUN },
  },
  'KernelRidge#aggregateInfluence': {
    receiver: ridge,
    parameters: {
      Kt: matrix(2, 4, { fits: ['rows', 'cols'] }),
      Yt: matrix(2, 2, { fits: ['rows', 'cols'] }),
    },
    options: { target: choice('loss'), ...RUN },
  },
  'KernelRidge#leaveOneOut': { receiver: ridge, parameters: {}, options: RUN },
  ridgePath: {
    parameters: {
      K: definiteMatrix(4, { fits: ['rows', 'cols'] }),
      Y: matrix(4, 2, { fits: ['rows'] }),
    },
    options: { ridges: numbers([0.1, 0, 3, 1, 2]), ...RUN },
  },
  aggregateInfluence: { parameters: { influence: plainMatrix(2, 4) } },

  audit: {
    parameters: { X: matrix(12, 3, { fits: ['rows'] }), labels: classLabels() },
    options: {
      classes: classNames(),
      n: integer(10, { least: 10 }),
      ridge: real(0.1, { least: 0 }),
      kernel: choice('empirical'),
      width: integer(4, { least: 1, most: 2 ** 31 - 1 }),
      attention: boolean,
      standardize: boolean,
      seed: integer(7),
      ...RUN,
    },
  },

  malleability: {
    parameters: { before: numbers(SCORES), after: numbers(SCORES) },
    options: { tau: real(0.4, { above: 0 }), floor: real(0.01, { least: 0 }) },
  },
  noiseFloor: { parameters: { scores: numbers(SCORES), diagnostics: diagnostics() } },
};

/** Callables without a case, and why. */
export const WITHOUT_CASE: Readonly<Record<string, string>> = {
  runtimeInfo: 'takes no arguments',
  'Matrix#toArray': 'takes no arguments',
  'Matrix#toFloat32': 'takes no arguments',
  'Matrix#toFloat64': 'takes no arguments',
  loadCifar10: 'reads the disk or the network: test/unit/data/cifar10.test.ts',
  loadMnist: 'reads the disk or the network: test/unit/data/mnist.test.ts',
  'new Matrix': 'private',
  'new KernelRidge': 'private',
  'new NtkitError': 'made by the package alone',
};

function classLabels(): Parameter {
  return { right: () => Array.from({ length: 12 }, (_, i) => i % 2), bad: rowIndices().bad };
}

function classNames(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('a number', () => 2),
    wrong('a string', () => 'ab'),
    wrong('a number among strings', () => ['a', 3]),
    wrong('an object', () => ({})),
  ];
  return { right: () => ['a', 'b'], bad };
}

function randomSequence(): Case {
  return {
    parameters: {
      seed: SEED,
      stream: required(integer(1001)),
      count: required(integer(5, { most: 2 ** 31 - 1 })),
    },
  };
}

function twoPlainMatrices(): Case {
  return { parameters: { A: plainMatrix(3, 2, SIDES), B: plainMatrix(3, 2, SIDES) } };
}

function kernel(options: Readonly<Record<string, Parameter>>): Case {
  const [points, queries] = [POINTS, optional(matrix(2, 3, { fits: ['cols'] }))];
  return {
    parameters: { X: points, Z: queries },
    options: { ...options, out: outMatrix(2, 4), ...RUN },
  };
}

function size(right: number): Parameter {
  return required(integer(right, { least: 1, most: 2 ** 31 - 1 }));
}
