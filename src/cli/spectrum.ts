/** `ntkit spectrum`: condition numbers before and after attention, by every definition. */
import { Command, InvalidArgumentError } from 'commander';
import type { Spectrum as DataSpectrum } from '../data/synthetic.js';
import { integer, sharedOptions } from './arguments.js';
import { examples } from './help.js';

export interface SpectrumCommandOptions {
  readonly dataset: string;
  readonly data?: string;
  readonly synthetic?: DataSpectrum;
  readonly dim: number;
  readonly offline?: boolean;
  readonly n: number;
  readonly seed: number;
  readonly threads?: number;
  readonly json?: boolean;
}

export function spectrumCommand(): Command {
  return new Command('spectrum')
    .description('Show the spectrum of a data set before and after linearized attention')
    .addOption(sharedOptions.dataset())
    .addOption(sharedOptions.data())
    .addOption(sharedOptions.offline())
    .option(
      '--synthetic <decay:rate>',
      'random data whose eigenvalues fall as k^-rate (power:1) or e^(-rate k) (exponential:0.1)',
      decay,
    )
    .option('--dim <count>', 'inputs of a synthetic point', integer(1), 100)
    .option('--n <count>', 'points', integer(1), 1000)
    .option('--seed <seed>', 'seed of the sample', integer(0), 0)
    .addOption(sharedOptions.threads())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      examples(
        'ntkit spectrum --dataset mnist --n 500',
        'ntkit spectrum --synthetic power:1 --n 200 --dim 50',
        'ntkit spectrum --dataset idx --data ./my-idx-files --json',
      ),
    )
    .action(async (options: SpectrumCommandOptions) => {
      const { runSpectrum } = await import('./actions/spectrum.js');
      await runSpectrum(options);
    });
}

function decay(text: string): DataSpectrum {
  const match = /^(power|exponential):([\d.]+)$/.exec(text);
  const rate = Number(match?.[2]);
  if (match === null || !(rate > 0)) {
    throw new InvalidArgumentError('Expected power:<rate> or exponential:<rate>.');
  }
  return { decay: match[1] === 'power' ? 'power' : 'exponential', rate };
}
