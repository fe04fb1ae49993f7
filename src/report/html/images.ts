/** The training images that help and harm most, one strip of thumbnails for each model and reading. */
import { encode } from 'fast-png';
import type {
  ImagesCell,
  ImageState,
  ModelName,
  ReadingName,
  ScoredImage,
} from '../../experiments/results.js';
import { signed, significant } from '../format.js';
import { MODEL_LABELS } from '../labels.js';
import { cellsOf } from '../measures.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import type { PartView } from '../view.js';

/** Strips of every model; a combination that the run lacks says so. */
export function imagesMarkup(run: PartView): Markup {
  const cells = cellsOf(run, 'images');
  return html`<p>
      The score of a training image is its mean leave-one-out influence on the test loss: positive
      where removing the image would raise the loss. Each image stands above its label and score;
      below it is what PGD makes of it, and its score once all images shown and the top by |score|
      are replaced. A score that changes sign is marked.
    </p>
    ${run.config.models.map(
      (model) =>
        html`<h4>${MODEL_LABELS[model]}</h4>
          ${run.config.readings.map((reading) => readingMarkup(cells, reading, model))}`,
    )}`;
}

/** One network's images: that of the smallest seed, since scores of different networks do not add up. */
function readingMarkup(
  cells: readonly ImagesCell[],
  reading: ReadingName,
  model: ModelName,
): Markup {
  const cell = cells.find(
    (candidate) => candidate.reading === reading && candidate.model === model,
  );
  if (cell === undefined) {
    return html`<h5>${reading}</h5>
      <p class="missing">Missing: no images have been scored.</p>`;
  }
  const { width, seed, eps, epsPixels } = cell;
  const setting = `m = ${width}, seed ${seed}, PGD with eps = ${eps}, ${significant(epsPixels)} in pixels`;
  return html`<h5>${reading} <span class="detail">${setting}</span></h5>
    <div class="strips">
      ${stripMarkup('Most helpful', cell.helpful)} ${stripMarkup('Most harmful', cell.harmful)}
    </div>`;
}

/** An image with its score, and what an attack made of both where there was one. */
export type StripImage = Omit<ScoredImage, 'after'> & Partial<Pick<ScoredImage, 'after'>>;

/** Images under a heading, each above its label and score. */
export function stripMarkup(title: string, images: readonly StripImage[]): Markup {
  return html`<div>
    <h6>${title}</h6>
    <ol class="strip">
      ${images.map(thumbnailMarkup)}
    </ol>
  </div>`;
}

function thumbnailMarkup(image: StripImage): Markup {
  const { index, label, before, after } = image;
  const name = `Training image ${index}, label ${label}`;
  return html`<li>
    ${pictureMarkup(image, before, name)}
    <span>${label}</span> <span class="detail">${signed(before.score)}</span>
    ${
      after === undefined
        ? ''
        : html`${pictureMarkup(image, after, `${name}, attacked`)}
            <span class="detail">${signed(after.score)}</span>
            ${before.score * after.score < 0 ? html`<span class="detail">flipped</span>` : ''}`
    }
  </li>`;
}

function pictureMarkup(
  { width, height, channels }: StripImage,
  { pixels }: ImageState,
  alt: string,
): Markup {
  const png = encode({ width, height, channels, data: Uint8Array.from(pixels) });
  const uri = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return html`<img src="${uri}" width="${width}" height="${height}" alt="${alt}" />`;
}
