/** Where fetched data sets are kept. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The folder of cached data sets: `$NTKIT_DATA_DIR`, else `$XDG_CACHE_HOME/ntkit`, else `~/.cache/ntkit`.
 * A relative `XDG_CACHE_HOME` is ignored, as the XDG specification asks.
 */
export function cacheFolder(): string {
  const chosen = process.env['NTKIT_DATA_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const xdg = process.env['XDG_CACHE_HOME'];
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
  return join(base, 'ntkit');
}
