/** The code blocks of a Markdown document. */

/** One fenced block. */
export interface Block {
  /** The first word after the fence. */
  readonly language: string;
  /** The words after it; `long` marks commands that take minutes. */
  readonly flags: readonly string[];
  readonly code: string;
  /** Line of the fence, from 1. */
  readonly line: number;
}

/** Every fenced block of a document, in order. */
export function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map((match) => {
    const [language = '', ...flags] = (match[1] ?? '').split(' ');
    const line = document.slice(0, match.index).split('\n').length;
    return { language, flags, code: match[2] ?? '', line };
  });
}

/** What a program says that it prints, line by line: its comments that begin with "prints". */
export function promisedLines(code: string): string[] {
  return [...code.matchAll(/\/\/ prints (.*)$/gm)].map(([, text]) => (text ?? '').trim());
}

/** The commands of a shell block, without comments; a line that ends in a backslash goes on. */
export function commandsOf(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
