/** Worker threads and processes that end while native work is going on. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeMachine } from '../../src/native/diagnosis.js';
import { ensureBuilt } from '../support/built-package.js';
import { runNode, type ChildOptions, type Ended } from '../support/child.js';
import { FULL, repeat } from '../support/effort.js';
import { reportFigure } from '../support/figures.js';

beforeAll(ensureBuilt);
afterEach(() => {
  vi.unstubAllEnvs();
});

async function runChild(
  name: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<Ended> {
  return runNode(join(import.meta.dirname, 'children', `${name}.mjs`), args, options);
}

/** By which an environment sets what the heap of glibc keeps. */
const HEAP_VARIABLES = ['MALLOC_TRIM_THRESHOLD_', 'MALLOC_MMAP_THRESHOLD_', 'GLIBC_TUNABLES'];

/** The JSON that a child printed, after it has ended well. */
function printed({ code, signal, stdout, stderr }: Ended): unknown {
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  return JSON.parse(stdout);
}

describe('a script', () => {
  it('loads no package for a kernel but the one that finds the addon', async () => {
    const { gram, packages } = printed(await runChild('import-alone')) as Record<string, unknown>;
    expect(gram).toEqual([1, 2, 2, 4]);
    expect(packages).toEqual(['node-gyp-build']);
  });

  it('of the command line loads no package for its help but the one that parses it', async () => {
    const { code, stdout } = await runChild('help-alone');
    expect(code).toBe(0);
    expect(stdout).toContain('reproduce');
  });

  // Other C libraries keep pages as they see fit.
  it.runIf(describeMachine().libc?.startsWith('glibc'))(
    'has its results in pages of earlier ones that were collected',
    async () => {
      for (const name of HEAP_VARIABLES) vi.stubEnv(name, undefined);
      const ended = await runChild('two-bunches', [], { node: ['--expose-gc'] });
      const { first, second } = printed(ended) as Record<string, number>;
      expect(first).toBeGreaterThan(100);
      expect(second).toBeLessThan(Number(first) / 5);
    },
  );
});

describe('worker threads', () => {
  it('eight at once compute what one thread computes', async () => {
    const { inWorkers, here } = printed(await runChild('compute-in-workers')) as {
      readonly inWorkers: readonly string[];
      readonly here: readonly string[];
    };
    expect(inWorkers).toEqual(here);
    expect(new Set(here).size).toBe(8);
    const different = inWorkers.filter((bits, i) => bits !== here[i]).length;
    reportFigure('worker-threads-different', different, `of ${here.length} at once`);
  });

  it('thirty terminated in the middle of work leave the process whole', async () => {
    const { terminated, same } = printed(await runChild('terminate-workers', ['30'])) as {
      readonly terminated: number;
      readonly same: boolean;
    };
    expect(same).toBe(true);
    reportFigure('workers-terminated', terminated, 'the process then computed the same bits');
  });

  it('end when they are terminated, not when their work is done', async () => {
    const { milliseconds } = printed(await runChild('terminate-long-work')) as {
      readonly milliseconds: number;
    };
    console.info(`terminating a worker thread in long work took ${milliseconds.toFixed(0)} ms`);
    expect(milliseconds).toBeLessThan(1000);
  });
});

describe('process.exit', () => {
  const PLACES = [
    ['main', 0],
    ['main', 20],
    ['main', 150],
    ['worker', 150],
  ] as const;
  const exits = Array.from({ length: repeat(1, 13) }, () => PLACES).flat();
  let lost = 0;

  afterAll(() => {
    reportFigure('exit-codes-lost', lost, `of ${exits.length} processes`);
  });

  it.each(exits)(
    'in the middle of the work of the %s thread, after %d ms, keeps its code and is prompt',
    async (place, wait) => {
      const { code, signal, stdout, stderr } = await runChild('exit-in-work', [
        place,
        String(wait),
      ]);
      const took = Date.now() - Number(stdout);
      console.info(`process.exit after ${wait} ms of work of the ${place} thread took ${took} ms`);
      if (code !== 7) lost++;
      expect({ code, signal, stderr }).toEqual({ code: 7, signal: null, stderr: '' });
      expect(took).toBeLessThan(1500);
    },
  );
});

describe('a progress listener that throws', () => {
  it('does not end the process', async () => {
    expect(printed(await runChild('throw-in-progress'))).toMatchObject({ rows: 5 });
  });
});

describe('memory', () => {
  const LARGEST_GROWTH = 8 * 2 ** 20;
  const CALLS = repeat(2000, 10_000);
  const TIMEOUT_MS = FULL ? 600_000 : 60_000;
  let largest = 0;

  afterAll(() => {
    reportFigure('memory-growth', largest / 2 ** 20, `${CALLS} calls of each of four kinds`);
  });

  // V8's young generation grows in steps of many megabytes, which are no leak.
  const NODE_OPTIONS = ['--expose-gc', '--max-semi-space-size=1'];
  const grown = async (kind: string): Promise<number> => {
    const child = await runChild('grow', [kind, String(CALLS)], {
      node: NODE_OPTIONS,
      deadline: TIMEOUT_MS,
    });
    const bytes = (printed(child) as { readonly grown: number }).grown;
    console.info(`${kind}: grown by ${(bytes / 2 ** 20).toFixed(1)} MiB over ${CALLS} calls`);
    return bytes;
  };

  it.each(['results', 'models', 'failures', 'aborts'])(
    'of %s is given back',
    { timeout: TIMEOUT_MS },
    async (kind) => {
      const bytes = await grown(kind);
      largest = Math.max(largest, bytes);
      expect(bytes).toBeLessThan(LARGEST_GROWTH);
    },
  );

  it('that leaks is seen to leak', { timeout: TIMEOUT_MS }, async () => {
    expect(await grown('leak')).toBeGreaterThan(LARGEST_GROWTH);
  });
});
