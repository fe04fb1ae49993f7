/** Exit codes, and what a failure says. */
import { CommanderError } from 'commander';
import { NtkitError } from '../errors.js';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Stopped by Ctrl-C, as shells expect it. */
  interrupted: 130,
} as const;

/** The one line that stderr gets, if any, and the exit code. */
export interface Failure {
  readonly line: string | undefined;
  readonly exitCode: number;
}

/** Tells wrong usage (a bad argument or option) from a run that failed. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError && error.code === 'commander.help') {
    // A command was called without what it needs; its help has been printed.
    return { line: undefined, exitCode: EXIT.usage };
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    return { line: `ntkit: ${message}`, exitCode: EXIT.usage };
  }
  if (error instanceof NtkitError) {
    return { line: `ntkit: ${error.message} [${error.code}]`, exitCode: exitCodeOf(error) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { line: `ntkit: ${message.split('\n')[0] ?? ''}`, exitCode: EXIT.failed };
}

function exitCodeOf({ code }: NtkitError): number {
  if (code === 'ERR_ABORTED') return EXIT.interrupted;
  return code === 'ERR_INVALID_ARGUMENT' ? EXIT.usage : EXIT.failed;
}
