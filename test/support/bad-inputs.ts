/** Every way in which one argument can be wrong, by what it should have been. */

/** One wrong value for one argument. */
export interface BadInput {
  /** What is wrong with it; the unit in which the kinds of bad input are counted. */
  readonly kind: string;
  /** A fresh value: some are used up by the call. */
  readonly value: () => unknown;
  /** The part of a composite argument that is wrong; default the argument itself. */
  readonly part?: string;
  /** Whether it is wrong only beside the other arguments: an error may then name any of them. */
  readonly relative?: boolean;
}

/** What an argument is to be: how to make a right one, and every way to make it wrong. */
export interface Parameter {
  readonly right: () => unknown;
  readonly bad: readonly BadInput[];
}

/** One wrong value of a kind. */
export const wrong = (kind: string, value: () => unknown): BadInput => ({ kind, value });

const MISSING: readonly BadInput[] = [
  wrong('null', () => null),
  wrong('undefined', () => undefined),
];

/** Values of types that no argument of the library has. */
const NEVER: readonly BadInput[] = [
  wrong('a symbol', () => Symbol('argument')),
  wrong('a bigint', () => 3n),
  wrong('a revoked Proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }),
];

const NO_NUMBER: readonly BadInput[] = [
  ...NEVER,
  wrong('null', () => null),
  wrong('a string of digits', () => '3'),
  wrong('a boolean', () => true),
  wrong('an empty array', () => []),
  wrong('an object with valueOf', () => ({ valueOf: () => 3 })),
];

const NO_OBJECT: readonly BadInput[] = [
  ...NEVER.filter(({ kind }) => kind !== 'a revoked Proxy'),
  wrong('null', () => null),
  wrong('a number', () => 3),
  wrong('a string', () => 'text'),
];

/** A parameter without default. */
export function required(parameter: Parameter): Parameter {
  return { ...parameter, bad: [...parameter.bad, wrong('undefined', () => undefined)] };
}

/** A parameter that may be left out. */
export function optional({ right, bad }: Parameter): Parameter {
  return { right, bad: bad.filter(({ kind }) => kind !== 'undefined') };
}

/** An integer from `least` to `most`, by default `2^53 - 1`. */
export function integer(
  right: number,
  { least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): Parameter {
  return {
    right: () => right,
    bad: [
      ...NO_NUMBER,
      wrong('NaN', () => NaN),
      wrong('Infinity', () => Infinity),
      wrong('a fraction', () => right + 0.5),
      wrong('a negative integer', () => -1),
      wrong('an integer below the least', () => least - 1),
      wrong('an integer above the largest', () => most + 1),
    ],
  };
}

/** A finite number of at least `least`, or above it; by default any. */
export function real(
  right: number,
  { least, above }: { least?: number; above?: number } = {},
): Parameter {
  const low = least ?? above;
  const outside = above ?? (least === undefined ? undefined : least - 0.5);
  return {
    right: () => right,
    bad: [
      ...NO_NUMBER,
      wrong('NaN', () => NaN),
      wrong('Infinity', () => Infinity),
      wrong('-Infinity', () => -Infinity),
      ...(low === undefined ? [] : [wrong('a number below the range', () => low - 1)]),
      ...(outside === undefined ? [] : [wrong('a number just outside the range', () => outside)]),
    ],
  };
}

export const boolean: Parameter = {
  right: () => true,
  bad: [
    ...NEVER,
    wrong('null', () => null),
    wrong('a number', () => 1),
    wrong('a string', () => 'true'),
  ],
};

/** One of several names. */
export function choice(right: string): Parameter {
  return {
    right: () => right,
    bad: [
      ...NEVER,
      wrong('null', () => null),
      wrong('a number', () => 0),
      wrong('an unknown name', () => `${right}s`),
      wrong('a name with line breaks', () => `${right}\nand\r\nmore`),
      wrong('a very long name', () => right.repeat(100_000)),
      wrong('a String object', () => Object(right) as unknown),
    ],
  };
}

/** Numbers in an array or typed array, at least `least` of them. */
export function numbers(right: readonly number[], least = 1): Parameter {
  const replaced = (value: unknown) => (): unknown[] => [value, ...right.slice(1)];
  return {
    right: () => [...right],
    bad: [
      ...MISSING,
      ...NO_OBJECT,
      wrong('an object', () => ({})),
      wrong('a DataView', () => new DataView(new ArrayBuffer(64))),
      wrong('a Set', () => new Set(right)),
      wrong('an iterator', () => right.values()),
      wrong('an array-like object', () => ({ 0: right[0], length: 1 })),
      wrong('too few numbers', () => right.slice(0, least - 1)),
      wrong('a NaN element', replaced(NaN)),
      wrong('an infinite element', replaced(Infinity)),
      wrong('a negative infinite element', replaced(-Infinity)),
      wrong('a string element', replaced('1')),
      wrong('a null element', replaced(null)),
      wrong('a hole', () => {
        const sparse = [...right];
        Reflect.deleteProperty(sparse, 0);
        return sparse;
      }),
      wrong('bigint elements', () => BigInt64Array.from(right, () => 1n)),
      wrong('nested arrays', () => right.map((value) => [value])),
      wrong('a detached array', () => detached(Float64Array.from(right))),
      wrong('an element getter that throws', () =>
        Object.defineProperty([...right], 0, { get: throwing }),
      ),
    ],
  };
}

/** An AbortSignal. */
export const signal: Parameter = {
  right: () => new AbortController().signal,
  bad: [
    ...NEVER,
    wrong('a number', () => 3),
    wrong('a string', () => 'text'),
    wrong('an object', () => ({})),
    wrong('an AbortController', () => new AbortController()),
  ],
};

/** A function. */
export const callback: Parameter = {
  right: () => () => undefined,
  bad: [
    ...NEVER,
    wrong('a number', () => 3),
    wrong('a string', () => 'text'),
    wrong('an object', () => ({})),
  ],
};

/** Things in the place of an object of options. */
export const noOptions: readonly BadInput[] = [
  ...NO_OBJECT.map(({ kind, value }) => ({ kind: `${kind} as options`, value })),
  wrong('a function as options', () => () => undefined),
];

/** Keys that no function has as an option. */
export const unknownKeys: Readonly<Record<string, string>> = {
  'an unknown option': 'ridgee',
  'an option with a line break': 'ridge\nwidth',
  'an inherited name as option': 'toString',
};

/** A typed array whose buffer has been transferred away. */
export function detached<T extends Float64Array>(data: T): T {
  structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] });
  return data;
}

export function throwing(): never {
  throw new Error('a getter\nthat throws');
}
