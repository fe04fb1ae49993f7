/** Condition numbers before and after attention, and the widths the paper predicts from them. */
import type { RunOptions } from '../options.js';
import { attentionSpectrum } from '../spectrum/attention-spectrum.js';
import { predictedWidths } from '../spectrum/predicted-widths.js';
import type { Spectrum } from '../spectrum/spectrum.js';
import type { SpectrumCell, SpectrumRecord } from './results.js';
import type { Sample } from './sample.js';

/**
 * The eps of v1's predicted width kappa^6 / eps^2. The paper quotes more than 1e18 for a condition number of 1.2e3,
 * whose sixth power is 3e18: its eps is 1.
 */
const WIDTH_ACCURACY = 1;

/** Spectra of G = X X^T, of F F^T with F = X X^T X, and of the Gram matrix of the unit rows of F. */
export async function spectrumCell(
  sample: Pick<Sample, 'seed' | 'X'>,
  options: RunOptions,
): Promise<SpectrumCell> {
  const { plain, attended, normalized } = await attentionSpectrum(sample.X, options);
  const { log10KappaCubed, log10Width } = predictedWidths(plain, WIDTH_ACCURACY);
  return {
    kind: 'spectrum',
    seed: sample.seed,
    n: plain.n,
    d: plain.d,
    plain: spectrumRecord(plain),
    attended: spectrumRecord(attended),
    normalized: spectrumRecord(normalized),
    ...{ log10KappaCubed, log10Width },
  };
}

/** A spectrum as it is stored: JSON has no infinity, so an infinite condition number is null. */
function spectrumRecord(spectrum: Spectrum): SpectrumRecord {
  const { eigenvalues, tolerance, rank, kappa, kappaD, kappaK, topShare, effectiveRank } = spectrum;
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    eigenvalues: Array.from(eigenvalues),
    ...{ tolerance, rank, kappaD, topShare, effectiveRank },
    kappa: finite(kappa),
    kappaK: { k: kappaK.k, value: finite(kappaK.value) },
  };
}
