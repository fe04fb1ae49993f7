/** The command as it was called, as runs and reports quote it. */
export function commandLine(): string {
  return ['ntkit', ...process.argv.slice(2)].join(' ');
}
