/** Arguments that are neither numbers nor matrices: how to make a right one, and every way to make it wrong. */
import { Matrix, TwoLayerNetwork, describeSpectrum } from '../../src/index.js';
import {
  choice,
  integer,
  numbers,
  optional,
  real,
  required,
  type BadInput,
  type Parameter,
  wrong,
} from './bad-inputs.js';
import { matrix } from './bad-matrices.js';

/** The loss of a network. */
export const LOSS: Parameter = required(choice('cross-entropy'));

/** Eigenvalues of a 3 x 3 matrix. */
export const EIGENVALUES: readonly number[] = [4, 2, 1];

/** A network of five units, three inputs and two outputs. */
export function network(): TwoLayerNetwork {
  return new TwoLayerNetwork(
    Matrix.of(
      Float64Array.from({ length: 15 }, (_, k) => Math.cos(k)),
      5,
      3,
    ),
    Matrix.of(Float64Array.of(1, -1, 1, 1, -1, 1, 1, -1, 1, -1), 5, 2),
  );
}

export function coverage(): Parameter {
  const { right, bad } = real(0.9, { above: 0 });
  return { right, bad: [...bad, { kind: 'one where less is meant', value: () => 1 }] };
}

export function tolerance(): Parameter {
  const { right, bad } = real(1e-9, { least: 0 });
  return { right, bad: [...bad, { kind: 'one where less is meant', value: () => 1 }] };
}

/** The element array of `Matrix.of`, 2 x 3. */
export function elements(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('undefined', () => undefined),
    wrong('a number', () => 6),
    wrong('plain Array', () => [1, 2, 3, 4, 5, 6]),
    wrong('Int32Array', () => new Int32Array(6)),
    wrong('Uint8Array', () => new Uint8Array(6)),
    wrong('DataView', () => new DataView(new ArrayBuffer(48))),
    wrong('ArrayBuffer', () => new ArrayBuffer(48)),
    wrong('a Proxy of a typed array', () => new Proxy(new Float64Array(6), {})),
    wrong(
      'an object that inherits from a typed array',
      () => Object.create(new Float64Array(6)) as unknown,
    ),
    wrong('one element too few', () => new Float64Array(5)),
    wrong('one element too many', () => new Float64Array(7)),
  ];
  return {
    right: () => new Float64Array(6),
    bad,
  };
}

export function nestedRows(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('undefined', () => undefined),
    wrong('a number', () => 3),
    wrong('a string', () => 'text'),
    wrong('an object', () => ({})),
    wrong('a bare Float64Array', () => new Float64Array(4)),
  ];
  const badRow = [
    wrong('a null row', () => [null]),
    wrong('a number as row', () => [[1], 2]),
    wrong('ragged rows', () => [[1, 2], [3]]),
    wrong('a string element', () => [[1, '2']]),
    wrong('a null element', () => [[1, null]]),
    wrong('a hole', () => [new Array<number>(2)]),
    wrong('an absent row', () => new Array<number[]>(2)),
  ];
  return {
    right: () => [
      [1, 2],
      [3, 4],
    ],
    bad: [...bad, ...badRow.map((input) => ({ ...input, part: 'row' }))],
  };
}

export function spectrumArgument(): Parameter {
  return {
    right: () => describeSpectrum(Float64Array.from(EIGENVALUES), 3, 3),
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'undefined', value: () => undefined },
      { kind: 'a number', value: () => 3 },
      { kind: 'an empty object', value: () => ({}) },
    ],
  };
}

/** What a regression says of itself. */
export function diagnostics(): Parameter {
  return {
    right: () => ({ relativeError: 1e-9 }),
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'undefined', value: () => undefined },
      { kind: 'a number', value: () => 3 },
      { kind: 'an empty object', value: () => ({}) },
      { kind: 'a negative error', value: () => ({ relativeError: -1 }) },
      { kind: 'an infinite error', value: () => ({ relativeError: Infinity }) },
    ],
  };
}

/** Random projections, which may be left out. */
export function projections(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('a number', () => 3),
    wrong('a string', () => 'text'),
    wrong('an empty object', () => ({})),
    wrong('an unknown key', () => ({ seed: 1, sead: 2 })),
  ];
  return {
    right: () => ({ seed: 7 }),
    bad: [...bad, ...partOf('projections', required(integer(7)), (seed) => ({ seed }))],
  };
}

export function networkArgument(): Parameter {
  return {
    right: network,
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'undefined', value: () => undefined },
      { kind: 'a number', value: () => 3, part: 'weights' },
      { kind: 'an empty object', value: () => ({}), part: 'weights' },
      ...partOf('weights', matrix(5, 3, { fits: ['cols'] }), (weights) => ({
        weights,
        signs: network().signs,
      })),
    ],
  };
}

/** A training by Adam after one epoch. */
export function trainingState(): Parameter {
  const moments = matrix(10, 3, { fits: ['rows', 'cols'] });
  const right = (): object => ({
    ...{ epoch: 1, network: network(), moments: moments.right(), losses: Float64Array.of(0.7) },
  });
  const changed = (key: string) => (value: unknown) => ({ ...right(), [key]: value });
  const weights = matrix(5, 3, { fits: ['rows', 'cols'] });
  return {
    right,
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'a number', value: () => 3 },
      { kind: 'an empty object', value: () => ({}) },
      ...partOf('epoch', integer(1, { most: 2 }), changed('epoch')),
      ...partOf('losses', numbers([0.7]), changed('losses')),
      ...partOf('moments', moments, changed('moments')),
      ...partOf('network', { right: network, bad: NO_NETWORK }, changed('network')),
      ...partOf('weights', weights, (value) => changed('network')({ weights: value })),
      { kind: 'losses of fewer epochs', value: () => changed('epoch')(2), part: 'losses' },
    ],
  };
}

const NO_NETWORK: readonly BadInput[] = [
  { kind: 'null', value: () => null },
  { kind: 'undefined', value: () => undefined },
  { kind: 'a number', value: () => 3 },
  { kind: 'an empty object', value: () => ({}), part: 'weights' },
];

export function attackTarget(): Parameter {
  const right = (): object => ({ network: network(), loss: 'squared', context: contextRows() });
  const changed = (key: string) => (value: unknown) => ({ ...right(), [key]: value });
  return {
    right,
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'undefined', value: () => undefined },
      { kind: 'a number', value: () => 3 },
      { kind: 'an empty object', value: () => ({}) },
      ...partOf('network', networkArgument(), changed('network')),
      ...partOf('loss', LOSS, changed('loss')),
      ...partOf('context', optional(matrix(4, 3, { fits: ['cols'] })), changed('context')),
    ],
  };
}

function contextRows(): unknown {
  return matrix(4, 3).right();
}

export function clipRange(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('a number', () => 1),
    wrong('a string', () => '01'),
    wrong('an empty array', () => []),
    wrong('half a range', () => [0]),
    wrong('a NaN bound', () => [NaN, 1]),
    wrong('an infinite bound', () => [0, Infinity]),
    wrong('a string bound', () => [0, '1']),
    wrong('a reversed range', () => [1, 0]),
  ];
  return { right: () => [0, 1], bad };
}

/** The ways in which one part of a composite argument can be wrong. */
function partOf(part: string, { bad }: Parameter, whole: (value: unknown) => unknown): BadInput[] {
  return bad.map((input) => ({ part, ...input, value: () => whole(input.value()) }));
}

/** Row indices of a matrix of three rows. */
export function rowIndices(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('undefined', () => undefined),
    wrong('a number', () => 1),
    wrong('an object', () => ({})),
    wrong('a Set', () => new Set([0])),
    wrong('a DataView', () => new DataView(new ArrayBuffer(8))),
    wrong('a NaN element', () => [NaN]),
    wrong('a string element', () => ['0']),
    wrong('a null element', () => [null]),
    wrong('a hole', () => new Array<number>(1)),
    wrong('a fractional element', () => [0.5]),
    wrong('a negative element', () => [-1]),
    wrong('an element beyond the last row', () => [0, 3]),
  ];
  return { right: () => [2, 0], bad };
}

/** One index of an element: an error may show the pair of them. */
export function elementIndex(most: number): Parameter {
  const { right, bad } = required(integer(1, { most }));
  return { right, bad: bad.map((input) => ({ ...input, part: 'index' })) };
}

/** Weights of five units on three inputs, or what they are drawn from. */
export function hiddenUnits(): Parameter {
  const { right, bad } = matrix(5, 3, { fits: ['cols'] });
  const drawn = { seed: 7, width: 5, scale: 0.5 };
  const parts = { seed: integer(7), width: integer(5, { least: 1, most: 2 ** 31 - 1 }) };
  return {
    right,
    bad: [
      ...bad,
      ...Object.entries(parts).flatMap(([part, parameter]) =>
        partOf(part, parameter, (value) => ({ ...drawn, [part]: value })),
      ),
      ...partOf('scale', real(0.5, { above: 0 }), (scale) => ({ ...drawn, scale })),
      { kind: 'an unknown field', part: 'option', value: () => ({ ...drawn, widths: 3 }) },
      { kind: 'a seed alone', part: 'width', value: () => ({ seed: 7 }) },
    ],
  };
}

/** Nested widths of five units. */
export function ladder(): Parameter {
  const { bad } = numbers([1, 3, 5]);
  const wrongWidths: [kind: string, widths: readonly number[]][] = [
    ['a zero width', [0, 3]],
    ['a fractional width', [1.5]],
    ['descending widths', [3, 2]],
    ['a width twice', [3, 3]],
    ['a width beyond the units', [3, 6]],
  ];
  return {
    right: () => [1, 3, 5],
    bad: [...bad, ...wrongWidths.map(([kind, widths]) => ({ kind, value: () => [...widths] }))],
  };
}

/** A matrix of +1 and -1. */
export function signMatrix(rows: number, cols: number): Parameter {
  const element = (i: number, j: number): number => ((i * j + i) % 2 === 0 ? 1 : -1);
  const { right, bad } = matrix(rows, cols, { fits: ['rows'], element });
  const other = (kind: string, sign: number): BadInput => ({
    kind,
    value: () => {
      const signs = right() as Matrix;
      signs.data[1] = sign;
      return signs;
    },
  });
  return { right, bad: [...bad, other('a zero sign', 0), other('a fractional sign', 0.5)] };
}
