/** `spectrum`: condition numbers of the data before and after linearized attention, by every definition. */
import { attentionSpectrum } from '../../spectrum/attention-spectrum.js';
import { predictedWidths } from '../../spectrum/predicted-widths.js';
import { COSTS, DOUBLE } from '../costs.js';
import { sampleWork } from '../shared-work.js';
import type { Measure } from './measure.js';

/** The eps of the first version's predicted width kappa^6 / eps^2. */
const WIDTH_ACCURACY = 1;

export const spectrumMeasure: Measure = {
  name: 'spectrum',
  axes: ['n', 'test', 'seed'],
  revision: 1,

  needs({ settings }, data) {
    const { n, test: q } = settings;
    const { inputs: d, classes: c } = data;
    const side = Math.min(n, d);
    return {
      cost: { spectra: COSTS.spectra({ n, q, d, c }) },
      memory: DOUBLE * (3 * n * d + 3 * side * side),
      shared: [sampleWork(settings, data)],
    };
  },

  async run({ settings }, bench) {
    const { X } = await bench.sample(settings);
    const { plain, normalized, normalization } = await attentionSpectrum(X, bench.options);
    const { log10KappaCubed, log10Width } = predictedWidths(plain, WIDTH_ACCURACY);
    return {
      rank: plain.rank,
      tolerance: plain.tolerance,
      kappa: finite(plain.kappa),
      kappaD: plain.kappaD,
      topShare: plain.topShare,
      effectiveRank: plain.effectiveRank,
      log10KappaCubed,
      log10WidthV1: log10Width.v1,
      log10WidthV2: log10Width.v2,
      attendedRank: normalized.rank,
      attendedKappaD: normalized.kappaD,
      attendedTopShare: normalized.topShare,
      attendedEffectiveRank: normalized.effectiveRank,
      normalizationRatio: finite(normalization.ratio),
    };
  },
};

/** JSON has no infinity: an infinite condition number is null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
