/** Whether a stream is written to in colour. */

/**
 * Colour for a terminal that shows it. `NO_COLOR` turns it off and `FORCE_COLOR` on, as no-color.org and Node have
 * it: a value that is not empty; the former wins.
 */
export function usesColor(stream: { readonly isTTY?: boolean }): boolean {
  const isSet = (name: string): boolean => (process.env[name] ?? '') !== '';
  if (isSet('NO_COLOR')) return false;
  if (isSet('FORCE_COLOR')) return process.env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}
