/**
 * HTML as a type of its own. The {@link html} template escapes every value that is not already
 * {@link Markup}, so that text from data files cannot become markup by being forgotten.
 */

/** A piece of well-formed HTML. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** What a template may hold: text and numbers are escaped, markup stays as it is. */
export type Content = Markup | string | number | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that reads the same between tags and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Template tag that builds {@link Markup}. Attribute values must stand in quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const source = strings.reduce((text, part, i) => {
    const value = values[i - 1];
    return text + (value === undefined ? '' : contentSource(value)) + part;
  });
  return new Markup(source);
}

function contentSource(content: Content): string {
  if (content instanceof Markup) return content.source;
  if (typeof content === 'string' || typeof content === 'number') {
    return escapeHtml(String(content));
  }
  return content.map((part) => part.source).join('');
}
