/** Every way in which a matrix argument can be wrong. */
import { Matrix } from '../../src/index.js';
import { detached, optional, throwing, type BadInput, type Parameter } from './bad-inputs.js';

/** What decides whether a matrix is right for its place. */
export interface MatrixTraits {
  /** Sides that must fit another argument; a matrix that is one longer there is wrong. */
  readonly fits?: readonly ('rows' | 'cols')[];
  /** Whether single precision is wrong here, be it always or because other arguments are double. */
  readonly float64?: boolean;
  /** Makes the element at (i, j). */
  readonly element?: (i: number, j: number) => number;
}

interface Raw {
  data: unknown;
  rows: unknown;
  cols: unknown;
}

/** A matrix that native code reads. */
export function matrix(rows: number, cols: number, traits: MatrixTraits = {}): Parameter {
  const { fits = [], float64 = true, element = plainElement } = traits;
  const right = (): Raw & { data: Float64Array } => ({
    data: elementsOf(rows, cols, element),
    rows,
    cols,
  });
  const change = (kind: string, changes: (data: Float64Array) => Partial<Raw>): BadInput => ({
    kind,
    value: () => {
      const raw = right();
      return { ...raw, ...changes(raw.data) };
    },
  });
  const singlePrecision = {
    ...change('single precision', (data) => ({ data: new Float32Array(data) })),
    relative: true,
  };
  return {
    right: () => Matrix.of(right().data, rows, cols),
    bad: [
      ...NO_MATRIX,
      ...ELEMENT_ARRAYS.map(([kind, make]) => change(kind, (data) => ({ data: make(data) }))),
      ...SIZES.flatMap(([kind, size]) => [
        change(`${kind} rows`, () => ({ rows: size })),
        change(`${kind} cols`, () => ({ cols: size })),
      ]),
      change('sizes whose product overflows', () => ({ rows: 2 ** 52, cols: 2 ** 52 })),
      change('0 x 0', () => ({ data: new Float64Array(0), rows: 0, cols: 0 })),
      change('0 x d', () => ({ data: new Float64Array(0), rows: 0 })),
      change('n x 0', () => ({ data: new Float64Array(0), cols: 0 })),
      ...hostile(right),
      ...fits.map((side) => ({
        kind: `one ${side === 'rows' ? 'row' : 'column'} too many`,
        value: () => grown(rows, cols, side),
        relative: true,
      })),
      ...(float64 ? [singlePrecision] : []),
    ],
  };
}

/** A matrix that plain TypeScript reads, where NaN and empty matrices have a meaning of their own. */
export function plainMatrix(rows: number, cols: number, traits: MatrixTraits = {}): Parameter {
  const { right, bad } = matrix(rows, cols, { ...traits, float64: false });
  return { right, bad: [...NO_MATRIX, ...bad.filter(({ relative }) => relative === true)] };
}

/** Memory to be taken for a result: what it holds is not looked at. */
export function outMatrix(rows: number, cols: number): Parameter {
  const { right, bad } = matrix(rows, cols, { fits: ['rows', 'cols'] });
  const takesAnyNumber = (kind: string): boolean => /^(NaN|-?Infinity) /.test(kind);
  const part: BadInput = {
    kind: 'a part of a buffer',
    value: () => Matrix.of(new Float64Array(rows * cols + 1).subarray(1), rows, cols),
  };
  return optional({ right, bad: [...bad.filter(({ kind }) => !takesAnyNumber(kind)), part] });
}

function plainElement(i: number, j: number): number {
  return 0.5 + 0.4 * Math.sin(3 * i + 5 * j + 1);
}

/** A symmetric positive definite n x n matrix. */
export function definiteMatrix(n: number, traits: MatrixTraits = {}): Parameter {
  return matrix(n, n, { ...traits, element: (i, j) => (i === j ? 2 : 1 / (2 + i + j)) });
}

function elementsOf(
  rows: number,
  cols: number,
  element: (i: number, j: number) => number,
): Float64Array {
  return Float64Array.from({ length: rows * cols }, (_, k) =>
    element(Math.floor(k / cols), k % cols),
  );
}

function grown(rows: number, cols: number, side: 'rows' | 'cols'): Raw {
  const [n, d] = side === 'rows' ? [rows + 1, cols] : [rows, cols + 1];
  return { data: elementsOf(n, d, plainElement), rows: n, cols: d };
}

/** Values that are no matrix at all. */
const NO_MATRIX: readonly BadInput[] = [
  { kind: 'null', value: () => null },
  { kind: 'undefined', value: () => undefined },
  { kind: 'a number', value: () => 3 },
  { kind: 'a string', value: () => 'text' },
  { kind: 'a boolean', value: () => true },
  { kind: 'a bigint', value: () => 3n },
  { kind: 'a symbol', value: () => Symbol('matrix') },
  { kind: 'a function', value: () => () => undefined },
  { kind: 'an empty object', value: () => ({}) },
  { kind: 'number[][]', value: () => [[1, 2]] },
  { kind: 'a bare Float64Array', value: () => new Float64Array(4) },
];

type MakeElements = (data: Float64Array) => unknown;

/** Things in the place of `data`. */
const ELEMENT_ARRAYS: readonly (readonly [kind: string, make: MakeElements])[] = [
  ['Int32Array', (data) => Int32Array.from(data)],
  ['Uint8Array', (data) => Uint8Array.from(data)],
  ['BigInt64Array', (data) => BigInt64Array.from(data, () => 1n)],
  ['DataView', (data) => new DataView(data.buffer)],
  ['ArrayBuffer', (data) => data.buffer],
  ['plain Array', (data) => [...data]],
  ['no data', () => undefined],
  ['null data', () => null],
  ['a Proxy of a typed array', (data) => new Proxy(data, {})],
  ['an object that inherits from a typed array', (data) => Object.create(data) as unknown],
  ['NaN element', (data) => data.fill(NaN, 0, 1)],
  ['NaN in the last element', (data) => data.fill(NaN, data.length - 1)],
  ['Infinity element', (data) => data.fill(Infinity, 0, 1)],
  ['-Infinity element', (data) => data.fill(-Infinity, 0, 1)],
  ['one element too few', (data) => data.slice(1)],
  ['one element too many', (data) => Float64Array.of(0.5, ...data)],
  ['SharedArrayBuffer', (data) => new Float64Array(new SharedArrayBuffer(data.byteLength))],
  ['resizable ArrayBuffer', (data) => new Float64Array(resizable(data.byteLength), 0, data.length)],
  ['length-tracking view', (data) => new Float64Array(resizable(data.byteLength))],
  [
    'view beyond its shrunk buffer',
    (data) => {
      const buffer = resizable(data.byteLength);
      const view = new Float64Array(buffer, 0, data.length);
      buffer.resize(8);
      return view;
    },
  ],
  ['detached ArrayBuffer', detached],
];

/** `ArrayBuffer.prototype.resize` is ES2024, beyond the library's target. */
interface ResizableBuffer extends ArrayBuffer {
  resize(bytes: number): void;
}

function resizable(bytes: number): ResizableBuffer {
  const Constructor = ArrayBuffer as unknown as new (
    bytes: number,
    options: { maxByteLength: number },
  ) => ResizableBuffer;
  return new Constructor(bytes, { maxByteLength: 2 * bytes });
}

/** Things in the place of a size. */
const SIZES: readonly (readonly [kind: string, size: unknown])[] = [
  ['negative', -4],
  ['fractional', 3.5],
  ['NaN', NaN],
  ['infinite', Infinity],
  ['2^53', 2 ** 53],
  ['string', '4'],
  ['null', null],
  ['missing', undefined],
  ['bigint', 4n],
];

/** Objects that run code of their own while they are read. */
function hostile(right: () => Raw & { data: Float64Array }): BadInput[] {
  const withGetter = (key: keyof Raw, get: (raw: Raw & { data: Float64Array }) => unknown): Raw => {
    const raw = right();
    return Object.defineProperty({ ...raw }, key, { get: () => get(raw) });
  };
  return [
    { kind: 'a data getter that throws', value: () => withGetter('data', throwing) },
    { kind: 'a rows getter that throws', value: () => withGetter('rows', throwing) },
    { kind: 'a cols getter that throws', value: () => withGetter('cols', throwing) },
    {
      kind: 'a data getter that detaches',
      value: () => withGetter('data', ({ data }) => (data.byteLength > 0 ? detached(data) : data)),
    },
    {
      kind: 'a buffer property that throws',
      value: () => {
        const raw = right();
        Object.defineProperty(raw.data, 'buffer', { get: throwing });
        return raw;
      },
    },
    {
      kind: 'a Proxy whose traps throw',
      value: () => new Proxy(right(), { get: throwing, has: throwing, ownKeys: throwing }),
    },
    {
      kind: 'a revoked Proxy',
      value: () => {
        const { proxy, revoke } = Proxy.revocable(right(), {});
        revoke();
        return proxy;
      },
    },
  ];
}
