import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../../../src/report/index.js';
import { CONFIG, distanceCell, fakeRun, flipCell, spectrumCell } from '../fixture.js';

const render = (run = fakeRun(), columns = 100) => renderText(run, { color: false, columns });

function lineStarting(text: string, start: string, after = ''): string {
  const from = text.indexOf(after);
  return (
    text
      .slice(from)
      .split('\n')
      .find((line) => line.trimStart().startsWith(start)) ?? ''
  );
}

describe('renderText', () => {
  it('prints the four blocks in order', () => {
    const text = render();
    const captions = [
      'Condition numbers before and after attention',
      'Predicted widths',
      'NTK distance against width',
      'Influence flip rate',
      'Where the time went',
    ];
    const positions = captions.map((caption) => text.indexOf(caption));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
  });

  it('prints mean, interval and count over seeds, readings side by side, beside the paper', () => {
    const cells = [24, 58].map((spectral, seed) => ({
      ...distanceCell('as-stated', 'relu', seed, 16),
      spectral,
    }));
    const text = render(fakeRun({ cells }), 120);
    // t with one degree of freedom is 12.706: 41 +- 12.706 * 24.04 / sqrt(2) = 41 +- 216.
    expect(lineStarting(text, 'm = 16', '2L-ReLU')).toMatch(
      /^ {2}m = 16 +2 \/ 0 +41\.0 \[-175, 257\] +missing +45\.1$/,
    );
  });

  it('shows one seed without an interval', () => {
    const text = render(
      fakeRun({ cells: [{ ...distanceCell('as-stated', 'relu', 0, 16), spectral: 41 }] }),
    );
    expect(lineStarting(text, 'm = 16', '2L-ReLU')).toContain('41.0 (1 seed)');
  });

  it('has rows for the widths of the paper that were not run', () => {
    expect(lineStarting(render(), 'm = 4096', 'MLP-Attn')).toMatch(/–.*–.*–.*43\.4$/);
  });

  it('prints an infinite condition number with its rank, in some seeds or in all', () => {
    expect(lineStarting(render(), 'κ ', 'Condition numbers')).toContain('∞ (rank 620 < 784)');
    const [first, second] = [spectrumCell(0), spectrumCell(1)];
    const fullRank = { ...second, plain: { ...second.plain, kappa: 1e4, rank: 784 } };
    expect(
      lineStarting(render(fakeRun({ cells: [first, fullRank] })), 'κ ', 'Condition numbers'),
    ).toContain('∞ (rank 620 < 784) in 1 of 2 seeds');
  });

  it('averages condition numbers on the log scale', () => {
    const cells = [1e2, 1e6].map((kappaD, seed) => {
      const cell = spectrumCell(seed);
      return { ...cell, plain: { ...cell.plain, kappaD } };
    });
    expect(lineStarting(render(fakeRun({ cells })), 'κ_d', 'Condition numbers')).toMatch(
      /^κ_d +1\.0e4 /,
    );
  });

  it('takes the ratio of flip rates seed by seed and says when it is undefined', () => {
    const cells = [0, 1].flatMap((seed) => [
      { ...flipCell('best-fit', 'relu', seed, 'fgsm'), flipRate: 0.04 * seed },
      { ...flipCell('best-fit', 'attention', seed, 'fgsm'), flipRate: 0.2 },
      { ...flipCell('best-fit', 'relu', seed, 'pgd'), flipRate: 0.04 },
      { ...flipCell('best-fit', 'attention', seed, 'pgd'), flipRate: 0.2 + 0.04 * seed },
    ]);
    const text = render(fakeRun({ cells }), 120);
    expect(lineStarting(text, 'ratio', 'FGSM')).toContain('undefined (ReLU 0 % in 1 of 2)');
    expect(lineStarting(text, 'ratio', '\nPGD')).toMatch(/5\.50 \[-0\.853, 11\.9\] +8\.76$/);
  });

  it('defines every quantity under its table', () => {
    const text = render();
    expect(text).toContain('κ = λ_1 / λ_min(n,d)');
    expect(text).toContain('κ_d = λ_1 / λ_r');
    expect(text).toContain('Distance = spectral norm of F_m(Z) - F_NTK(Z)');
    expect(text).toContain('eps = 0.3 is 0.0924 in pixels');
    expect(text).not.toMatch(/[_^]\{/);
  });

  it.each([60, 80, 120])('keeps within %d columns', (columns) => {
    const widest = Math.max(
      ...render(fakeRun(), columns)
        .split('\n')
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(columns);
  });

  it('puts intervals below their means where they do not fit beside them', () => {
    expect(render(fakeRun(), 80)).toMatch(/^κ_100 +1\.4e3 +2\.9e9 +3\.0e9\n +\[1\.\de3, /m);
    expect(render(fakeRun(), 120)).toMatch(/^κ_100 +1\.4e3 \[1\.\de3, /m);
  });

  it('falls back to a list on a very narrow terminal', () => {
    expect(render(fakeRun(), 40)).toContain('2L-ReLU, m = 16\n  n: 3\n  as-stated: ');
  });

  it('colours without changing a letter', () => {
    const colored = renderText(fakeRun({ status: 'incomplete' }), { color: true, columns: 80 });
    expect(colored).toContain('\u001b[1m');
    expect(stripVTControlCharacters(colored)).toBe(render(fakeRun({ status: 'incomplete' }), 80));
  });

  it('names what an incomplete run lacks, and nothing of the kind for a complete one', () => {
    const text = render(fakeRun({ status: 'incomplete', cells: [spectrumCell(0)] }), 200);
    expect(text).toContain(
      'did not finish: mnist spectrum 1 of 3 cells, mnist table1 0 of 48 cells, mnist table2 0 of 52 cells',
    );
    expect(text).toContain('missing');
    expect(render()).not.toMatch(/did not finish|missing/);
  });

  it('renders a run that has barely started', () => {
    const text = render(fakeRun({ status: 'running', cells: [], stages: [], totalSeconds: 0 }));
    expect(text).toContain('is still running');
  });

  it('lets no control character through to the terminal', () => {
    const text = render(
      fakeRun({
        command: 'ntkit \u001b[2Jreproduce',
        config: { ...CONFIG, datasets: ['mnist\u009b31m'] },
        stages: [{ stage: 'training\r\u0007', seconds: 1 }],
      }),
    );
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(text).toContain('ntkit \uFFFD[2Jreproduce');
  });
});
