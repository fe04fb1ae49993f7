import { describe, expect, it } from 'vitest';
import { distanceClaims, spectrumClaims } from '../../../src/report/claims.js';
import type { Claim } from '../../../src/report/claims.js';
import { paperDistance, paperFlipRate, paperNumbers } from '../../../src/report/paper-tables.js';
import { flipClaims } from '../../../src/report/flip-claims.js';
import { CONFIG, fakeView } from './fixture.js';

const words = (claim: Claim | undefined) => claim?.results.map((result) => result.verdict.words);

function claimAbout(claims: readonly Claim[], start: string): Claim | undefined {
  return claims.find((claim) => claim.statement.startsWith(start));
}

describe('spectrumClaims', () => {
  it('finds the cube between the condition numbers at one index', () => {
    const claim = claimAbout(spectrumClaims(fakeView()), 'Attention cubes');
    expect(claim?.results[0]?.ours?.mean).toBeCloseTo(3, 1);
    expect(words(claim)).toEqual(['reproduced']);
  });

  it("compares kappa_d with the paper's number on the scale of its logarithm", () => {
    const claim = claimAbout(spectrumClaims(fakeView()), 'Size of the condition number');
    expect(claim?.accepted.lower).toBeCloseTo(Math.log10(900), 12);
    expect(claim?.accepted.upper).toBeCloseTo(Math.log10(1500), 12);
    expect(words(claim)).toEqual(['not reproduced']);
  });

  it('has no verdict without a spectrum', () => {
    for (const claim of spectrumClaims(fakeView({ cells: [] }))) {
      expect(words(claim)).toEqual(['not measured']);
    }
  });
});

describe('distanceClaims', () => {
  const claims = distanceClaims(fakeView());

  it('judges each trend under each reading', () => {
    expect(words(claimAbout(claims, '2L-ReLU: distance falls'))).toEqual([
      'reproduced',
      'cannot tell from 3 seeds',
    ]);
    expect(words(claimAbout(claims, 'MLP-Attn: distance rises'))).toEqual([
      'cannot tell from 3 seeds',
      'not reproduced',
    ]);
  });

  it('compares sizes at the largest width that the paper has too', () => {
    expect(claimAbout(claims, '2L-ReLU: distance at m = 1024')?.paper).toBe('39.9');
    expect(words(claimAbout(claims, 'MLP-Attn: distance at m = 1024'))).toEqual([
      'not reproduced',
      'not reproduced',
    ]);
  });

  it('leaves sizes out where no width is shared', () => {
    const run = fakeView({ config: { ...CONFIG, widths: [32, 64] } });
    expect(distanceClaims(run)).toHaveLength(2);
  });
});

describe('flipClaims', () => {
  it('takes the difference of the models seed by seed', () => {
    const claim = claimAbout(flipClaims(fakeView()), 'PGD: MLP-Attn flips more often');
    expect(claim?.paper).toBe('+25.6 points');
    expect(words(claim)).toEqual(['cannot tell from 3 seeds', 'reproduced']);
  });

  it('makes no comparison with a model that was not run', () => {
    const run = fakeView({ config: { ...CONFIG, models: ['relu'] } });
    expect(claimAbout(flipClaims(run), 'PGD: MLP-Attn')).toBeUndefined();
    expect(claimAbout(flipClaims(run), 'PGD: flip rate of 2L-ReLU')?.paper).toBe('3.3 %');
  });

  it('keeps the claims but not the numbers for data that the paper does not have', () => {
    const run = fakeView({ config: { ...CONFIG, datasets: ['fashion-mnist'] } });
    expect(flipClaims(run).map((claim) => claim.paper)).toEqual(['–', '–', '–']);
    expect(distanceClaims(run).map((claim) => claim.paper)).toEqual(['–', '–']);
    expect(spectrumClaims(run)).toHaveLength(1);
  });
});

describe('the numbers of the paper', () => {
  it('are found under any spelling of the data set', () => {
    expect(paperNumbers('CIFAR-10')).toBe(paperNumbers('cifar10'));
    expect(paperNumbers('MNIST')?.kappa).toBe(1200);
    expect(paperNumbers('mnist-3v8')).toBeUndefined();
  });

  it('are those of Tables 1 and 2', () => {
    const cifar = paperNumbers('cifar10');
    expect(paperDistance(cifar, 'relu', 1024)).toBe(101.7);
    expect(paperDistance(cifar, 'relu', 64)).toBeUndefined();
    expect(paperFlipRate(cifar, 'attention', 'mim')).toBe(0.205);
    expect(paperFlipRate(cifar, 'attention', 'reseed')).toBeUndefined();
  });
});
