import { describe, expect, it } from 'vitest';
import { load, type Contestant } from './modules.js';

const { inProcess, race, runsOfATurn } = await load<{
  inProcess: (
    run: (prepared?: unknown) => unknown,
    options?: { before?: () => unknown; calls?: number },
  ) => Contestant;
  runsOfATurn: (warm: number[]) => number;
  race: (
    contestants: { time(runs: number): Promise<number>; clear?(): Promise<void> }[],
    warm: number[],
    options: { rounds: number; least?: number; seconds?: number },
  ) => Promise<{ seconds: number; spread: number; rounds: number }[]>;
}>('harness/race.mjs');

/** Takes its times from a list and notes when it ran. */
function scripted(name: string, times: number[], order: string[] = []) {
  return {
    time: () => {
      order.push(name);
      return Promise.resolve(times.shift() ?? NaN);
    },
  };
}

describe('race', () => {
  it('runs the contestants in turn, round after round', async () => {
    const order: string[] = [];
    const contestants = [scripted('a', [1, 1, 1], order), scripted('b', [1, 1, 1], order)];
    await race(contestants, [0, 0], { rounds: 3 });
    expect(order.join('')).toBe('ababab');
  });

  it('lets a contestant clear what it left before the pause, outside its time', async () => {
    const order: string[] = [];
    const contestant = scripted('t', [1, 1], order);
    const clear = () => {
      order.push('c');
      return Promise.resolve();
    };
    await race([{ ...contestant, clear }], [0], { rounds: 2 });
    expect(order.join('')).toBe('ctct');
  });

  it('gives medians, so that one disturbed round does not count', async () => {
    const [result] = await race([scripted('a', [2, 90, 1, 2, 2])], [0], { rounds: 5 });
    expect(result).toEqual({ seconds: 2, spread: 0, rounds: 5 });
  });

  it('runs fewer rounds when there is no time for all, but not fewer than the least', async () => {
    const run = async (seconds: number) =>
      (await race([scripted('a', Array<number>(9).fill(1))], [1], { rounds: 9, seconds }))[0]
        ?.rounds;
    expect(await run(6)).toBe(5);
    expect(await run(1)).toBe(3);
    expect(await run(1000)).toBe(9);
  });
});

describe('a turn', () => {
  it('of short work is made of several runs, as many for everybody', async () => {
    expect(runsOfATurn([1, 0.002])).toBe(10);
    expect(runsOfATurn([1, 0.03])).toBe(1);
    expect(runsOfATurn([1e-6])).toBe(100);
    const asked: number[] = [];
    const contestant = {
      time: (runs: number) => {
        asked.push(runs);
        return Promise.resolve(0.01);
      },
    };
    await race([contestant, contestant], [0.005, 0.1], { rounds: 2 });
    expect(asked).toEqual([4, 4, 4, 4]);
  });
});

describe('inProcess', () => {
  it('gives what was prepared to every run, and the latest result', async () => {
    let prepared = 0;
    const contestant = inProcess((value) => Float64Array.of(value as number), {
      before: () => (prepared += 1),
    });
    await contestant.time();
    expect(await contestant.time()).toBeGreaterThanOrEqual(0);
    expect(await contestant.values()).toEqual({ result: Float64Array.of(2) });
  });

  it('prepares each of several runs and gives the time of one', async () => {
    let prepared = 0;
    const wait = () => new Promise((resolve) => setTimeout(resolve, 50));
    const seconds = await inProcess(wait, { before: () => (prepared += 1) }).time(5);
    expect(prepared).toBe(5);
    expect(seconds).toBeGreaterThan(0.04);
    expect(seconds).toBeLessThan(0.2);
  });

  it('divides by the calls of a run', async () => {
    const wait = () => new Promise((resolve) => setTimeout(resolve, 40));
    const seconds = await inProcess(wait, { calls: 1000 }).time();
    expect(seconds).toBeLessThan(0.01);
  });
});
