/** A drawn figure as HTML, with its data and specification to download. */
import type { Figure } from '../figures/figure.js';
import { Markup, html } from './markup.js';

/**
 * The drawing inline with a caption and two download links. Screen readers hear its description; its parts, of which
 * some charts number hundreds, are hidden from them.
 */
export function figureMarkup(figure: Figure): Markup {
  const { name, title, description, caption, svg, data, spec } = figure;
  return html`<figure id="figure-${name}">
    <div class="drawing scroll" role="img" tabindex="0" aria-label="${description}">
      <div aria-hidden="true">${new Markup(svg)}</div>
    </div>
    <figcaption>
      <strong>${title}.</strong> ${caption}
      <span class="downloads">
        <a href="${dataUri('text/csv', data)}" download="${name}.csv">Data (CSV)</a>
        <a
          href="${dataUri('application/json', JSON.stringify(spec, null, 2))}"
          download="${name}.vl.json"
          >Vega-Lite specification</a
        >
      </span>
    </figcaption>
  </figure>`;
}

function dataUri(type: string, text: string): string {
  return `data:${type};charset=utf-8;base64,${Buffer.from(text).toString('base64')}`;
}
