import { describe, expect, it } from 'vitest';
import { reproduceConfig } from '../../../src/experiments/config.js';
import { partNames, presetNames } from '../../../src/experiments/names.js';
import { PARTS } from '../../../src/experiments/parts/index.js';
import { READINGS, ballOf, epsPixels } from '../../../src/experiments/readings.js';
import type { ReproduceConfig } from '../../../src/experiments/results.js';
import { TINY_DATASET } from './tiny.js';

describe('the parts', () => {
  it('have the names that are known before they are loaded, in the order of the report', () => {
    expect(PARTS.map(({ name }) => name)).toEqual(partNames);
  });
});

describe('a preset', () => {
  it.each(presetNames)('%s is a valid configuration of its name', (name) => {
    const config = reproduceConfig(name);
    expect(config.preset).toBe(name);
    expect(config.widths).toContain(config.influenceWidth);
  });

  it('quick is the setting of the paper', () => {
    expect(reproduceConfig('quick')).toMatchObject({
      datasets: ['mnist'],
      models: ['relu', 'attention'],
      attacks: ['fgsm', 'pgd', 'mim'],
      eps: 0.3,
      tau: 0.1,
      ridge: 1e-3,
      epochs: 500,
      batchSize: 128,
      learningRate: 1e-3,
      weightDecay: 1e-3,
    });
  });

  it('that there is none of is refused with those that there are', () => {
    expect(() => reproduceConfig('qiuck')).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringMatching(/'quick'.* for preset but received "qiuck"$/) as unknown,
      }),
    );
  });
});

describe('changes of a preset', () => {
  it('replace its values and no others', () => {
    const base = reproduceConfig('quick');
    const changed = reproduceConfig('quick', { epochs: 3, seeds: [7], eps: 0.1 });
    expect(changed).toEqual({ ...base, epochs: 3, seeds: [7], eps: 0.1 });
    expect(reproduceConfig('quick')).toEqual(base);
  });

  it.each([
    ['trainCount', 9],
    ['testCount', 0],
    ['widths', []],
    ['widths', [16, -1]],
    ['widths', [16, 1.5]],
    ['seeds', []],
    ['seeds', [-1]],
    ['models', ['transformer']],
    ['readings', ['literal']],
    ['attacks', ['cw']],
    ['influenceWidth', 0],
    ['eps', 0],
    ['eps', NaN],
    ['tau', 1.5],
    ['tau', 0],
    ['ridge', 0],
    ['epochs', 0],
    ['adversarialEpochs', 0],
    ['batchSize', 0],
    ['learningRate', 0],
    ['weightDecay', -1],
    ['trainPrecision', 'float16'],
    ['datasets', [5]],
    ['datasets', ['mnist', 'mnist']],
    ['parts', ['table9']],
    ['parts', []],
    ['epsilons', [0]],
    ['conditionCounts', []],
    ['conditionDraws', 0],
    ['conditionDraws', 2 ** 21],
    ['theoryCount', 5],
    ['truncationRanks', [0]],
    ['truncationRanks', [8, 8]],
    ['variantWidths', []],
    ['variantReadings', ['literal']],
    ['dynamics', { trainCount: 9 }],
    ['truth', { ...reproduceConfig('quick').truth, contexts: ['attended'] }],
    ['truth', { ...reproduceConfig('quick').truth, subsetShare: 0 }],
    ['multiverse', { ...reproduceConfig('quick').multiverse, widths: [16, 16] }],
    // A repeated cell would count twice in means and intervals.
    ['seeds', [3, 3]],
    ['widths', [1024, 1024]],
    ['models', ['relu', 'relu']],
    ['readings', ['best-fit', 'best-fit']],
    ['attacks', ['pgd', 'pgd']],
    // The control network's seed is larger by 2^32, and must be one too.
    ['seeds', [Number.MAX_SAFE_INTEGER]],
  ] satisfies [keyof ReproduceConfig, unknown][])(
    'with %s = %j are refused by name',
    (key, value) => {
      expect(() => reproduceConfig('quick', { [key]: value })).toThrow(
        expect.objectContaining({
          name: 'NtkitError',
          code: 'ERR_INVALID_ARGUMENT',
          message: expect.stringMatching(
            new RegExp(`^Expected a valid ${key}\\b.* but received .*: .`),
          ) as unknown,
        }),
      );
    },
  );

  it.each([
    [
      { datasets: ['mnist', 'mnist'] },
      'datasets but received ["mnist","mnist"]: Values must differ',
    ],
    [{ eps: NaN }, 'eps but received NaN: Invalid input'],
    [{ widths: [16, -1] }, 'widths.1 but received -1: Too small'],
  ])('%j are refused with what was received', (changes, words) => {
    expect(() => reproduceConfig('quick', changes)).toThrow(`Expected a valid ${words}`);
  });

  it('of a key that there is none of are refused', () => {
    const changes = { epoch: 3 } as Partial<ReproduceConfig>;
    expect(() => reproduceConfig('quick', changes)).toThrow(/^Expected a valid \w.*"epoch"/);
  });

  it('keep the width of the influence experiments among the widths', () => {
    expect(() => reproduceConfig('quick', { widths: [8, 32] })).toThrow(
      'Expected one of the widths 8, 32 for influenceWidth but received 1024',
    );
    expect(reproduceConfig('quick', { widths: [8], influenceWidth: 8 }).influenceWidth).toBe(8);
  });
});

describe('a reading', () => {
  it('fixes the initial scale', () => {
    expect([READINGS['as-stated'].scale, READINGS['best-fit'].scale]).toEqual([0.01, 1]);
  });

  it('fixes what eps is measured in: pixels, or the standard deviation of each channel', () => {
    const train = { ...TINY_DATASET.train, width: 1, height: 2, channels: 3 };
    const dataset = { ...TINY_DATASET, train, pixelStd: [0.1, 0.2, 0.6] };
    expect(ballOf('as-stated', 0.3, dataset)).toEqual({ eps: 0.3, epsUnits: 'pixel' });
    expect(ballOf('best-fit', 0.3, dataset)).toEqual({
      ...{ eps: 0.3, epsUnits: 'standardized' },
      scale: Float64Array.of(0.1, 0.2, 0.6, 0.1, 0.2, 0.6),
    });
    expect(epsPixels('as-stated', 0.3, dataset)).toBe(0.3);
    expect(epsPixels('best-fit', 0.3, dataset)).toBeCloseTo(0.09, 12);
  });
});
