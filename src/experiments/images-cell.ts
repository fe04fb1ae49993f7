/** The training images that help and harm most, before and after an attack on them. */
import type { ImageDataset } from '../data/dataset.js';
import type { RunOptions } from '../options.js';
import {
  perturb,
  replaceRows,
  scoresOfPixels,
  topPoints,
  type InfluenceSetting,
  type Perturbation,
} from './influence-cells.js';
import type { ImagesCell, ImageState, ReproduceConfig, ScoredImage } from './results.js';

/** How many images each end of the ranking shows. */
const IMAGES = 8;

/** The largest value of a pixel of a data set. */
const WHITE = 255;

/**
 * The training images with the largest and the smallest scores. They and T, the points that flip rates are about, are
 * replaced together by their adversarial versions; the attention context is recomputed from them.
 */
export async function imagesCell(
  setting: InfluenceSetting,
  perturbation: Perturbation,
  dataset: ImageDataset,
  config: ReproduceConfig,
  options: RunOptions,
): Promise<ImagesCell> {
  const { choice, sample, before } = setting;
  const order = Array.from(before.values.keys()).sort(
    (i, j) => (before.values[j] ?? 0) - (before.values[i] ?? 0),
  );
  const helpful = order.slice(0, IMAGES);
  const harmful = order.slice(-IMAGES).reverse();
  const attacked = [...new Set([...helpful, ...harmful, ...topPoints(before, config)])];
  const adversarial = await perturb(setting, attacked, perturbation, config, options);
  const pixels = replaceRows(sample.pixels, attacked, adversarial);
  const after = await scoresOfPixels(setting, pixels, config, options);

  const scored = (i: number): ScoredImage =>
    scoredImage(sample.indices[i] ?? 0, dataset, {
      before: { score: before.values[i] ?? 0, pixels: grey(sample.pixels.row(i)) },
      after: { score: after.values[i] ?? 0, pixels: grey(pixels.row(i)) },
    });
  return {
    kind: 'images',
    ...{ reading: choice.reading, model: choice.model, width: choice.width, seed: choice.seed },
    ...{ eps: perturbation.eps, epsPixels: perturbation.epsPixels },
    helpful: helpful.map(scored),
    harmful: harmful.map(scored),
  };
}

/** Pixels in [0, 1] as whole numbers up to 255. */
function grey(pixels: Float64Array): number[] {
  return Array.from(pixels, (value) => Math.round(WHITE * value));
}

function scoredImage(
  index: number,
  { classes, train }: ImageDataset,
  states: { readonly before: ImageState; readonly after: ImageState },
): ScoredImage {
  const { width, height, channels, labels } = train;
  return {
    index,
    label: classes[labels[index] ?? 0] ?? '',
    ...{ width, height },
    channels: channels === 3 ? 3 : 1,
    ...states,
  };
}
