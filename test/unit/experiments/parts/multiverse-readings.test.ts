import { describe, expect, it } from 'vitest';
import {
  combinations,
  multiverseGrid,
  parseReading,
  readingId,
} from '../../../../src/experiments/parts/multiverse-readings.js';
import type {
  DistanceReading,
  FlipReading,
} from '../../../../src/experiments/parts/multiverse-results.js';

function readingsOf(preset: 'quick' | 'standard' | 'paper'): (DistanceReading | FlipReading)[] {
  const { distance, flips } = multiverseGrid(preset);
  return [...combinations<DistanceReading>(distance), ...combinations<FlipReading>(flips)];
}

const BEST_FIT: FlipReading = {
  ...{ table: 't2', sigma: 1, eps: 'standardised', influence: 'loo', aggregate: 'mean' },
  ...{ target: 'loss', kernel: 'km', points: 'together', step: 'usual', context: 'recomputed' },
};

describe('identifiers', () => {
  it('are fixed: stored results are found by them', () => {
    expect(readingId(BEST_FIT)).toBe(
      't2/sigma=1/eps=standardised/influence=loo/aggregate=mean/target=loss/kernel=km/points=together/step=usual/context=recomputed',
    );
    const distance: DistanceReading = {
      ...{ table: 't1', sigma: 0.01, l2: 1e-4, n: 400, epochs: 500 },
      ...{ loss: 'mse', norm: 'rms' },
    };
    expect(readingId(distance)).toBe('t1/sigma=0.01/l2=0.0001/n=400/epochs=500/loss=mse/norm=rms');
  });

  it('do not depend on the order in which a reading was put together', () => {
    const reversed = Object.fromEntries(Object.entries(BEST_FIT).reverse());
    expect(readingId(reversed as unknown as FlipReading)).toBe(readingId(BEST_FIT));
  });

  it.each(['quick', 'standard', 'paper'] as const)('are read back, all of %s', (preset) => {
    const readings = readingsOf(preset);
    const ids = readings.map(readingId);
    expect(new Set(ids).size).toBe(readings.length);
    expect(ids.map(parseReading)).toEqual(readings);
  });

  it.each([
    '',
    't5/sigma=1',
    't1',
    't1/sigma=1/l2=0/n=400/epochs=500/loss=mse',
    't1/sigma=1/l2=0/n=400/epochs=500/loss=mse/norm=nuclear',
    't1/sigma=/l2=0/n=400/epochs=500/loss=mse/norm=rms',
    't1/sigma=1.0/l2=0/n=400/epochs=500/loss=mse/norm=rms',
    't1/sigma=Infinity/l2=0/n=400/epochs=500/loss=mse/norm=rms',
    't1/l2=0/sigma=1/n=400/epochs=500/loss=mse/norm=rms',
    `${readingId(BEST_FIT)}/more=1`,
  ])('that nobody has written are refused: %s', (id) => {
    expect(() => parseReading(id)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });
});

describe('the grid', () => {
  it('of quick is a part of that of standard', () => {
    const standard = new Set(readingsOf('standard').map(readingId));
    for (const reading of readingsOf('quick')) expect(standard).toContain(readingId(reading));
  });

  it('of standard has the initial scale, the unit of eps, kernel, points and context', () => {
    const { distance, flips } = multiverseGrid('standard');
    expect(combinations<DistanceReading>(distance)).toHaveLength(2 * 2 * 2 * 3);
    expect(combinations<FlipReading>(flips)).toHaveLength(3 * 2 * 2 * 2 * 2 * 2 * 2);
  });

  it('of paper has every combination of what is open', () => {
    const { distance, flips } = multiverseGrid('paper');
    expect(combinations<DistanceReading>(distance)).toHaveLength(2 * 3 * 2 * 2 * 2 * 3);
    expect(combinations<FlipReading>(flips)).toHaveLength(3 * 2 * 3 * (3 * 2 * 3) * 2 * 2 * 3 * 2);
  });
});
