/**
 * How often the tests repeat what chance decides: a few times in `npm test`, as often as the project promises in
 * `npm run test:stress` and `npm run test:fuzz`, which set `NTKIT_EFFORT=full`.
 */
export type Effort = 'quick' | 'full';

export const EFFORT: Effort = process.env['NTKIT_EFFORT'] === 'full' ? 'full' : 'quick';

/** Whether this is the long run. */
export const FULL = EFFORT === 'full';

/** One of two numbers, by the effort. */
export function repeat(quick: number, full: number): number {
  return FULL ? full : quick;
}
