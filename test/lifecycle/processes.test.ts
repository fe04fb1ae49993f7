/** Worker threads and processes that end while native work is going on. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built-package.js';
import { runNode, type ChildOptions, type Ended } from '../support/child.js';

beforeAll(ensureBuilt);

async function runChild(
  name: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<Ended> {
  return runNode(join(import.meta.dirname, 'children', `${name}.mjs`), args, options);
}

/** The JSON that a child printed, after it has ended well. */
function printed({ code, signal, stdout, stderr }: Ended): unknown {
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  return JSON.parse(stdout);
}

describe('worker threads', () => {
  it('eight at once compute what one thread computes', async () => {
    const { inWorkers, here } = printed(await runChild('compute-in-workers')) as {
      readonly inWorkers: readonly string[];
      readonly here: readonly string[];
    };
    expect(inWorkers).toEqual(here);
    expect(new Set(here).size).toBe(8);
  });

  it('thirty terminated in the middle of work leave the process whole', async () => {
    expect(printed(await runChild('terminate-workers'))).toEqual({ terminated: 30, same: true });
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
  it.each([
    ['main', 0],
    ['main', 20],
    ['main', 150],
    ['worker', 150],
  ])(
    'in the middle of the work of the %s thread, after %d ms, keeps its code and is prompt',
    async (place, wait) => {
      const { code, signal, stdout, stderr } = await runChild('exit-in-work', [
        place,
        String(wait),
      ]);
      const took = Date.now() - Number(stdout);
      console.info(`process.exit after ${wait} ms of work of the ${place} thread took ${took} ms`);
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
  // V8's young generation grows in steps of many megabytes, which are no leak.
  const NODE_OPTIONS = ['--expose-gc', '--max-semi-space-size=1'];
  const grown = async (kind: string): Promise<number> => {
    const child = await runChild('grow', [kind], { node: NODE_OPTIONS });
    const bytes = (printed(child) as { readonly grown: number }).grown;
    console.info(`${kind}: grown by ${(bytes / 2 ** 20).toFixed(1)} MiB over 2,000 calls`);
    return bytes;
  };

  it.each(['results', 'models', 'failures', 'aborts'])('of %s is given back', async (kind) => {
    expect(await grown(kind)).toBeLessThan(LARGEST_GROWTH);
  });

  it('that leaks is seen to leak', async () => {
    expect(await grown('leak')).toBeGreaterThan(LARGEST_GROWTH);
  });
});
