/**
 * A few marks for formulas in table text: `κ_{d}` is a subscript, `κ^{3}` a superscript. A terminal shows
 * `κ_d` and `κ^3`, a page the raised and lowered letters.
 */

/** A run of text that stands on the line, below it or above it. */
export interface NotationPart {
  readonly text: string;
  readonly script: 'none' | 'sub' | 'sup';
}

const SCRIPT = /([_^])\{([^}]*)\}/;

/** Splits a text at its subscripts and superscripts. */
export function notationParts(text: string): NotationPart[] {
  // Splitting on a pattern with two groups gives plain, mark, script, plain, mark, script, ..., plain.
  const pieces = text.split(SCRIPT);
  const parts: NotationPart[] = [{ text: pieces[0] ?? '', script: 'none' }];
  for (let i = 1; i < pieces.length; i += 3) {
    const [mark, script = '', plain = ''] = pieces.slice(i, i + 3);
    parts.push({ text: script, script: mark === '_' ? 'sub' : 'sup' });
    parts.push({ text: plain, script: 'none' });
  }
  return parts;
}

/** The text as a terminal shows it. */
export function plainNotation(text: string): string {
  return text.replaceAll(new RegExp(SCRIPT, 'g'), '$1$2');
}
