/** Valid calls of what runs sweeps; every key of a request: test/unit/sweeps/config.test.ts. */
import {
  boolean,
  callback,
  integer,
  signal,
  wrong,
  type BadInput,
  type Parameter,
} from './bad-inputs.js';
import type { Case } from './cases.js';

const REQUEST = {
  measure: 'spectrum',
  data: {
    name: 'toy',
    synthetic: { points: 20, inputs: 3, classes: 2, decay: 'power', rate: 1 },
  },
  ...{ n: 8, test: 4 },
} as const;

export const SWEEP_CASES: Readonly<Record<string, Case>> = {
  runSweep: {
    parameters: { request: request() },
    options: {
      concurrency: integer(2, { least: 1 }),
      memoryBudget: integer(2 ** 32, { least: 1 }),
      shard: shard(),
      measures: measures(),
      offline: boolean,
      // A run folder of its own each time: test/unit/runs. Here only what is no path.
      ...{ out: absentText(), command: absentText(), configPath: absentText() },
      ...{ signal, drain: signal, onCell: callback },
    },
  },
};

function request(): Parameter {
  const whole = [
    wrong('null', () => null),
    wrong('undefined', () => undefined),
    wrong('a number', () => 3),
    wrong('a string', () => 'text'),
    wrong('an array', () => [REQUEST]),
    wrong('a function', () => () => REQUEST),
    wrong('a symbol', () => Symbol('request')),
  ];
  const part = (name: string, kind: string, change: object): BadInput => ({
    ...{ kind, part: name },
    value: () => ({ ...REQUEST, ...change }),
  });
  return {
    right: () => REQUEST,
    bad: [
      ...whole.map((input) => ({ ...input, part: 'sweep' })),
      { kind: 'an empty object', value: () => ({}), part: 'data' },
      part('widths', 'an unknown key', { widths: 3 }),
      part('n', 'a null axis', { n: null }),
      part('n', 'an axis without values', { n: [] }),
      part('n', 'more points than there are', { n: 30 }),
      part('data', 'null data', { data: null }),
      part('data', 'data without a path', { data: { path: 3 } }),
      part('measure', 'an unknown measure', { measure: 'spektrum' }),
      part('name', 'a number as name', { name: 3 }),
    ],
  };
}

function shard(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('a number', () => 3),
    wrong('a string', () => '0/2'),
    wrong('an empty object', () => ({})),
    wrong('no parts', () => ({ index: 0, count: 0 })),
    wrong('a part too many', () => ({ index: 2, count: 2 })),
    wrong('a fractional part', () => ({ index: 0.5, count: 2 })),
  ];
  return {
    right: () => ({ index: 0, count: 1 }),
    bad,
  };
}

function measures(): Parameter {
  const own = { name: 'own', axes: ['n'], revision: 1, run: () => ({}) };
  const bad = [
    wrong('null', () => null),
    wrong('a number', () => 3),
    wrong('an object', () => own),
    wrong('a null measure', () => [null]),
    wrong('a measure without name', () => [{ ...own, name: undefined }]),
    wrong('a measure without axes', () => [{ ...own, axes: undefined }]),
    wrong('a measure without revision', () => [{ ...own, revision: undefined }]),
    wrong('a measure without run', () => [{ ...own, run: undefined }]),
  ];
  const taken = { kind: 'a measure of a taken name', part: 'measure' };
  return {
    right: () => [own],
    bad: [...bad, { ...taken, value: () => [{ ...own, name: 'spectrum' }] }],
  };
}

function absentText(): Parameter {
  const bad = [
    wrong('null', () => null),
    wrong('a number', () => 3),
    wrong('an object', () => ({})),
  ];
  return { right: () => undefined, bad };
}
