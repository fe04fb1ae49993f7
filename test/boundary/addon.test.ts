/** The addon called without the typed layer before it: whatever it is handed, it throws and does not crash. */
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/index.js';
import { ROOT } from '../support/built-package.js';

type Raw = (...values: unknown[]) => unknown;

const load = createRequire(import.meta.url)('node-gyp-build') as (folder: string) => unknown;
const addon = load(ROOT) as Readonly<Record<string, Raw>>;

/** Take no arguments. */
const WITHOUT_ARGUMENTS = ['createJob', 'runtimeInfo', 'stopOperations', 'probeCall'];
/** Take a typed array alone. */
const ON_ARRAYS = ['probeView'];
/** Take a job alone. */
const ON_JOBS = ['abortJob', 'pauseJob', 'jobProgress'];
const SYNCHRONOUS = ['gaussian', 'uniform', 'permutation', 'setThreads', 'probeCopy'];
const OPERATIONS = Object.keys(addon).filter(
  (name) => ![...WITHOUT_ARGUMENTS, ...ON_ARRAYS, ...ON_JOBS].includes(name),
);
/** Take a request in which no field is needed. */
const WITHOUT_FIELDS = ['probe', 'probeRoundTrip'];
const WITH_FIELDS = OPERATIONS.filter((name) => !WITHOUT_FIELDS.includes(name));
const ASYNCHRONOUS = OPERATIONS.filter((name) => !SYNCHRONOUS.includes(name));

const matrix = (rows: number, cols: number): unknown => ({
  data: new Float64Array(rows * cols).map((_, k) => (k % (cols + 1) === 0 ? 2 : 0.5)),
  rows,
  cols,
});

/** A request that every operation can be run on, but for its model. */
const REQUEST: Readonly<Record<string, unknown>> = {
  ...{ X: matrix(2, 2), Z: matrix(2, 2), A: matrix(2, 2), K: matrix(2, 2), Y: matrix(2, 2) },
  ...{ Kt: matrix(2, 2), Yt: matrix(2, 2), weights: matrix(2, 2) },
  ...{ signs: { data: Float64Array.of(1, -1, 1, 1), rows: 2, cols: 2 } },
  ...{ widths: { data: Float64Array.of(1, 2), rows: 1, cols: 2 } },
  ...{ context: matrix(2, 2), pixels: matrix(2, 2), normalize: true, vectors: true },
  ...{ trained: 'first', depth: 2, ridge: 1, target: 'loss', inputs: 2, outputs: 2, width: 2 },
  ...{ seed: 1, stream: 1, count: 2, scale: 1, precision: 'float64', loss: 'squared' },
  ...{ epochs: 1, batchSize: 1, learningRate: 0.1, weightDecay: 0, unitRows: true, eps: 0.1 },
  ...{ layers: 1, stack: 'context', temperature: 1, factor: 'float64', ridges: matrix(1, 2) },
  ...{ optimizer: 'adam', schedule: 'constant', decay: 'coupled', decayTowards: 'zero' },
  ...{ transductive: false, alpha: 0.1, epsUnits: 'pixel', steps: 1, momentum: 1, attackSeed: 1 },
  ...{ randomStart: true, low: 0, high: 2, gram: true },
};

const NO_OBJECTS: readonly (readonly [string, readonly unknown[]])[] = [
  ['nothing', []],
  ['undefined', [undefined]],
  ['null', [null]],
  ['a number', [5]],
  ['a string', ['X']],
  ['a symbol', [Symbol('X')]],
  ['a bigint', [5n]],
];

let job: unknown;
let model: unknown;

beforeAll(async () => {
  job = addon['createJob']?.();
  const fitted = (await addon['ridgeFit']?.(REQUEST)) as { readonly model: unknown };
  model = fitted.model;
});

/** The code of what a call throws or rejects with; the result when it does neither. */
async function codeOf(name: string, values: readonly unknown[]): Promise<unknown> {
  try {
    return await addon[name]?.(...values);
  } catch (error) {
    return error instanceof Error && !/[\r\n]/.test(error.message)
      ? (error as { code?: unknown }).code
      : error;
  }
}

describe('the requests of this test', () => {
  it.each(OPERATIONS)('are such that %s runs', async (name) => {
    expect(ERROR_CODES).not.toContain(await codeOf(name, [{ ...REQUEST, model }, job]));
  });
});

describe.each(NO_OBJECTS)('%s in place of a request', (_, values) => {
  it.each(OPERATIONS)('is refused by %s', async (name) => {
    expect(await codeOf(name, values)).toBe('ERR_INVALID_ARGUMENT');
  });
});

describe('a request', () => {
  it.each(WITH_FIELDS)('without a single field is refused by %s', async (name) => {
    for (const empty of [{}, [], () => undefined, new Date(0), job, model]) {
      expect(await codeOf(name, [empty])).toBe('ERR_INVALID_ARGUMENT');
    }
  });

  it.each(WITH_FIELDS)(
    'with every field a number, a string, a job or a model is refused by %s',
    async (name) => {
      for (const value of [-1, 'text', job, model, null]) {
        const request = Object.fromEntries(Object.keys(REQUEST).map((key) => [key, value]));
        expect(await codeOf(name, [request])).toBe('ERR_INVALID_ARGUMENT');
      }
    },
  );
});

describe('what is no typed array', () => {
  it.each(ON_ARRAYS)('is refused by %s', async (name) => {
    for (const values of [[], [undefined], [null], [5], ['X'], [{}], [[1]], [job]]) {
      expect(await codeOf(name, values)).toBe('ERR_INVALID_ARGUMENT');
    }
  });
});

describe('a handle', () => {
  const ON_MODELS = ['ridgePredict', 'ridgeLeaveOneOut', 'ridgeInfluence'];

  it.each(ON_MODELS)('of a job is no model to %s', async (name) => {
    for (const wrong of [job, {}, null, 5, 'model', REQUEST, undefined]) {
      expect(await codeOf(name, [{ ...REQUEST, model: wrong }])).toBe('ERR_INVALID_ARGUMENT');
    }
  });

  it.each(ASYNCHRONOUS)('of a model is no job to %s', async (name) => {
    for (const wrong of [model, {}, null, 5, 'job', []]) {
      expect(await codeOf(name, [{ ...REQUEST, model }, wrong])).toBe('ERR_INVALID_ARGUMENT');
    }
  });

  it.each(ON_JOBS)('that is none is refused by %s', async (name) => {
    for (const values of [[], [model], [{}], [null], [5], ['job'], [undefined]]) {
      expect(await codeOf(name, values)).toBe('ERR_INVALID_ARGUMENT');
    }
  });

  it('of a job serves several operations, one after another and at once', async () => {
    const shared = addon['createJob']?.();
    const results = [1, 2, 3].map(async () => codeOf('gram', [REQUEST, shared]));
    for (const result of await Promise.all(results)) expect(result).toHaveProperty('rows', 2);
  });
});

describe('stopOperations', () => {
  it('ends what runs and what waits, and nothing starts in a context that ends', async () => {
    // Long enough that none has ended when the last has been queued.
    const request = { X: matrix(700, 30), depth: 1000 };
    const running = Array.from({ length: 40 }, async () => codeOf('deepNtk', [request]));
    addon['stopOperations']?.();
    for (const code of await Promise.all(running)) expect(code === 'ERR_ABORTED').toBe(true);
    expect(await codeOf('gram', [REQUEST])).toBe('ERR_ABORTED');
  });
});
