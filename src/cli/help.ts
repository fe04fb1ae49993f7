/** What `--help` says after a command's options. */

/** The examples of a command, one line each, as they are typed. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
}
