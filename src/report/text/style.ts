/** Terminal styles, and nothing else that a terminal would obey. */

/** How a piece of text stands out. */
export type Style = 'strong' | 'quiet' | 'warning';

/** Marks text with a style, or returns it as it is when colour is off. */
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  strong: [1, 22],
  quiet: [2, 22],
  warning: [33, 39],
};

/** A {@link Paint} for a terminal with or without colour. */
export function painter(color: boolean): Paint {
  return (style, text) => {
    const [on, off] = CODES[style];
    return color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}

/** Replaces control characters, so that a name from a data file cannot move the cursor or recolour. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}

/** Breaks a text between words so that no line is longer than `columns`, where its words allow. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > columns && line !== '') {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
