/** What `ntkit spectrum` does. */
import { loadDataset } from '../../data/registry.js';
import { syntheticDataset } from '../../data/synthetic.js';
import { invalidArgument } from '../../errors.js';
import type { SpectrumCell, SpectrumRecord } from '../../experiments/results.js';
import { drawSample } from '../../experiments/sample.js';
import { spectrumCell } from '../../experiments/spectrum-cell.js';
import type { Matrix } from '../../linalg/matrix.js';
import { setThreads } from '../../native/runtime.js';
import { interruptible } from '../interrupt.js';
import type { SpectrumCommandOptions } from '../spectrum.js';

export async function runSpectrum(options: SpectrumCommandOptions): Promise<void> {
  if (options.threads !== undefined) setThreads(options.threads);
  await interruptible(async (signal) => {
    const X = await rows(options, signal);
    const cell = await spectrumCell({ seed: options.seed, X }, { signal });
    process.stdout.write(options.json === true ? `${JSON.stringify(cell)}\n` : describe(cell));
  });
}

async function rows(options: SpectrumCommandOptions, signal: AbortSignal): Promise<Matrix> {
  const { n, dim: d, seed, synthetic: spectrum, data: folder, offline } = options;
  if (spectrum !== undefined) {
    return syntheticDataset({ n, d, spectrum, classes: 2, seed }).inputs;
  }
  const dataset = await loadDataset(options.dataset, { folder, offline, signal });
  const { count } = dataset.train;
  if (n > count) throw invalidArgument(`at most ${count}, what ${dataset.name} has,`, '--n', n);
  return drawSample(dataset, { trainCount: n, testCount: 1 }, 'multiclass', seed).X;
}

function describe(cell: SpectrumCell): string {
  const { plain, attended, normalized, log10Width, log10KappaCubed } = cell;
  const columns = [
    ['', 'X X^T', 'F F^T', 'unit rows of F'],
    ...(
      [
        ['rank', (s) => String(s.rank)],
        ['kappa', (s) => number(s.kappa)],
        ['kappa_d', (s) => number(s.kappaD)],
        [`kappa_${plain.kappaK.k}`, (s) => number(s.kappaK.value)],
        ['lambda_1 / trace', (s) => s.topShare.toPrecision(4)],
        ['effective rank', (s) => s.effectiveRank.toPrecision(4)],
      ] satisfies [string, (spectrum: SpectrumRecord) => string][]
    ).map(([name, show]) => [name, show(plain), show(attended), show(normalized)]),
  ];
  const table = columns.map(([name = '', ...values]) =>
    [name.padEnd(18), ...values.map((value) => value.padStart(16))].join(''),
  );
  return [
    `n = ${cell.n}, d = ${cell.d}, F = X X^T X; eigenvalues up to ${plain.tolerance.toExponential(1)} lambda_1 are noise`,
    ...table,
    'kappa = lambda_1 / lambda_min(n, d); kappa_d = lambda_1 / lambda_rank; kappa_k = lambda_1 / lambda_k',
    `log10 kappa_d^3 = ${log10KappaCubed.toFixed(2)}`,
    `predicted log10 width: v1 kappa_d^6 / eps^2 = ${log10Width.v1.toFixed(1)} (eps ${log10Width.eps}), ` +
      `v2 kappa_d^6 n ln n = ${log10Width.v2.toFixed(1)}`,
    '',
  ].join('\n');
}

function number(value: number | null): string {
  return value === null ? 'infinite' : value.toPrecision(4);
}
