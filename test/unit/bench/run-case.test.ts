import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS, load, type Contestant, type Limits, type Row } from './modules.js';

interface Kernel {
  name: string;
  work?: () => { flops?: number; written?: number };
  prepare(): object;
}
interface Context {
  peers: object;
  files: object;
  limits: Limits;
  rounds: number;
  cases: number;
  judged: boolean;
}
const { runCase } = await load<{
  runCase: (kernel: Kernel, size: object, context: Context) => Promise<Row[]>;
}>('harness/run-case.mjs');
const { InputFiles } = await load<{
  InputFiles: new () => { remove(): void };
}>('peers/input-files.mjs');

const RESULT = Float64Array.of(1, 2, 3);
let files: { remove(): void };

beforeEach(() => {
  files = new InputFiles();
});
afterEach(() => {
  files.remove();
});

/** A peer that takes a second and gives what it is told to give. */
function peer(values: Float64Array | Error) {
  const contestant: Contestant = {
    time: () => (values instanceof Error ? Promise.reject(values) : Promise.resolve(1)),
    values: () => Promise.resolve({ result: values as Float64Array }),
    close: () => undefined,
  };
  return { settings: [{ name: '', process: { contestant: () => contestant } }] };
}

function run(peers: Record<string, object>) {
  const kernel: Kernel = {
    name: 'twice',
    work: () => ({ flops: 1e6 }),
    prepare: () => ({
      inputs: { X: Float64Array.of(0.5, 1, 1.5) },
      ours: [{ run: () => RESULT }],
      peers: Object.keys(peers).map((name) => ({ peer: name, form: 'expert', operation: 'twice' })),
      tolerance: 1e-12,
      targets: [{ who: 'good expert', atLeast: 1 }],
    }),
  };
  const found = { uses: () => true, get: (name: string) => Promise.resolve(peers[name]) };
  const context = { peers: found, files, limits: LIMITS, rounds: 1, cases: 0, judged: true };
  return runCase(kernel, { n: 3, precision: 'float64' }, context);
}

describe('runCase', () => {
  it('puts ours first, with its rate and share of the limit, and the ratio of each peer', async () => {
    const [ours, good] = await run({ good: peer(RESULT) });
    expect(ours).toMatchObject({ kernel: 'twice', who: 'ntkit', ours: true });
    expect(ours?.limit).toBeCloseTo(1e6 / LIMITS.fmaDouble / (ours?.seconds ?? NaN), 12);
    expect(good).toMatchObject({ who: 'good expert', seconds: 1 });
    expect(good?.ratio).toBeCloseTo(1 / (ours?.seconds ?? NaN), 12);
    expect(good?.target).toMatchObject({ met: true });
  });

  it('names a missing peer', async () => {
    const rows = await run({ good: peer(RESULT), absent: { missing: 'no module' } });
    expect(rows.at(-1)).toMatchObject({ who: 'absent', problem: 'not found' });
    expect(rows.at(-1)?.failed).toBeUndefined();
  });

  it('fails the row of a peer that gives other numbers, without a ratio', async () => {
    const [ours, good, wrong] = await run({
      wrong: peer(Float64Array.of(1, 2, 3.003)),
      good: peer(RESULT),
    });
    expect(ours?.who).toBe('ntkit');
    expect(good?.who).toBe('good expert');
    expect(wrong).toMatchObject({ who: 'wrong expert', failed: true });
    expect(wrong?.problem).toMatch(/^differs from ours by 0\.001/);
    expect(wrong?.ratio).toBeUndefined();
  });

  it('fails the row of a peer that breaks, and goes on', async () => {
    const rows = await run({ broken: peer(new Error('out of memory')), good: peer(RESULT) });
    expect(rows.map(({ who }) => who)).toEqual(['ntkit', 'good expert', 'broken expert']);
    expect(rows[2]).toMatchObject({ problem: 'out of memory', failed: true });
  });

  it('fails the row of a peer that breaks in the middle of the race', async () => {
    const breaking = peer(RESULT);
    let runs = 0;
    const contestant = breaking.settings[0]?.process.contestant();
    const time = () => ((runs += 1) > 1 ? Promise.reject(new Error('gone')) : Promise.resolve(1));
    const settings = [{ name: '', process: { contestant: () => ({ ...contestant, time }) } }];
    const rows = await run({ breaking: { settings }, good: peer(RESULT) });
    expect(rows.map(({ who }) => who)).toEqual(['ntkit', 'breaking expert', 'good expert']);
    expect(rows[1]).toMatchObject({ problem: 'gone', failed: true });
    expect(rows[2]?.ratio).toBeGreaterThan(0);
  });

  it('tells when it is ours that fails', async () => {
    const kernel = { name: 'broken', prepare: () => Promise.reject(new Error('no memory')) };
    const context = { peers: {}, files, limits: LIMITS, rounds: 1, cases: 0, judged: true };
    const rows = await runCase(kernel, { n: 1 }, context);
    expect(rows).toMatchObject([
      { kernel: 'broken', ours: true, problem: 'no memory', failed: true },
    ]);
  });
});
