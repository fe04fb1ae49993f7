/** How progress spells percentages and times. */
import type { ProgressState } from './renderer.js';

/** Rounded down, so that 100 % means done; sums of costs may miss their total by rounding. */
export function formatPercent(fraction: number): string {
  return `${Math.floor(100 * fraction + 1e-6)} %`;
}

export function formatTimeLeft({ secondsLeft }: ProgressState): string {
  return secondsLeft === null ? 'time left unknown' : `${formatDuration(secondsLeft)} left`;
}

/** `42 s`, `3 min 10 s` or `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A label on one line: control characters could move the cursor or forge a line. */
export function printable(label: string): string {
  return label.replace(/\p{Cc}+/gu, ' ');
}
