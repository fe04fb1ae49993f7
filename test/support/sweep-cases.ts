/** Valid calls of what runs sweeps; every key of a request: test/unit/sweeps/config.test.ts. */
import { boolean, callback, integer, signal, type BadInput, type Parameter } from './bad-inputs.js';
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
  const whole: [kind: string, value: () => unknown][] = [
    ['null', () => null],
    ['undefined', () => undefined],
    ['a number', () => 3],
    ['a string', () => 'text'],
    ['an array', () => [REQUEST]],
    ['a function', () => () => REQUEST],
    ['a symbol', () => Symbol('request')],
  ];
  const part = (name: string, kind: string, change: object): BadInput => ({
    ...{ kind, part: name },
    value: () => ({ ...REQUEST, ...change }),
  });
  return {
    right: () => REQUEST,
    bad: [
      ...whole.map(([kind, value]) => ({ kind, value, part: 'sweep' })),
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
  const bad: [kind: string, value: () => unknown][] = [
    ['null', () => null],
    ['a number', () => 3],
    ['a string', () => '0/2'],
    ['an empty object', () => ({})],
    ['no parts', () => ({ index: 0, count: 0 })],
    ['a part too many', () => ({ index: 2, count: 2 })],
    ['a fractional part', () => ({ index: 0.5, count: 2 })],
  ];
  return {
    right: () => ({ index: 0, count: 1 }),
    bad: bad.map(([kind, value]) => ({ kind, value })),
  };
}

function measures(): Parameter {
  const own = { name: 'own', axes: ['n'], revision: 1, run: () => ({}) };
  const bad: [kind: string, value: () => unknown][] = [
    ['null', () => null],
    ['a number', () => 3],
    ['an object', () => own],
    ['a null measure', () => [null]],
    ['a measure without name', () => [{ ...own, name: undefined }]],
    ['a measure without axes', () => [{ ...own, axes: undefined }]],
    ['a measure without revision', () => [{ ...own, revision: undefined }]],
    ['a measure without run', () => [{ ...own, run: undefined }]],
  ];
  const taken = { kind: 'a measure of a taken name', part: 'measure' };
  return {
    right: () => [own],
    bad: [
      ...bad.map(([kind, value]) => ({ kind, value })),
      { ...taken, value: () => [{ ...own, name: 'spectrum' }] },
    ],
  };
}

function absentText(): Parameter {
  const bad: [kind: string, value: () => unknown][] = [
    ['null', () => null],
    ['a number', () => 3],
    ['an object', () => ({})],
  ];
  return { right: () => undefined, bad: bad.map(([kind, value]) => ({ kind, value })) };
}
