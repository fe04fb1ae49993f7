/** The training images that help and harm most, one strip of thumbnails for each model and reading. */
import { encode } from 'fast-png';
import type { ImagesCell, ModelName, ReadingName, ScoredImage } from '../../experiments/results.js';
import { signed } from '../format.js';
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
      where removing the image would raise the loss. Each image stands above its label and score.
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
  return html`<h5>${reading} <span class="detail">m = ${cell.width}, seed ${cell.seed}</span></h5>
    <div class="strips">
      ${stripMarkup('Most helpful', cell.helpful)} ${stripMarkup('Most harmful', cell.harmful)}
    </div>`;
}

/** Images under a heading, each above its label and score. */
export function stripMarkup(title: string, images: readonly ScoredImage[]): Markup {
  return html`<div>
    <h6>${title}</h6>
    <ol class="strip">
      ${images.map(thumbnailMarkup)}
    </ol>
  </div>`;
}

function thumbnailMarkup(image: ScoredImage): Markup {
  const { index, label, score, width, height } = image;
  return html`<li>
    <img
      src="${pngUri(image)}"
      width="${width}"
      height="${height}"
      alt="Training image ${index}, label ${label}"
    />
    <span>${label}</span> <span class="detail">${signed(score)}</span>
  </li>`;
}

function pngUri({ width, height, channels, pixels }: ScoredImage): string {
  const png = encode({ width, height, channels, data: Uint8Array.from(pixels) });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
