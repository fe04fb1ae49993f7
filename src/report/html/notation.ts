/** Table text with its subscripts and superscripts as HTML. */
import { notationParts } from '../notation.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';

/** Escapes a text and raises or lowers what notation.ts marks. */
export function notationMarkup(text: string): Markup {
  const parts = notationParts(text).map((part) => {
    if (part.script === 'sub') return html`<sub>${part.text}</sub>`;
    if (part.script === 'sup') return html`<sup>${part.text}</sup>`;
    return html`${part.text}`;
  });
  return html`${parts}`;
}
