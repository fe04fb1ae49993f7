/** Ctrl-C: the first asks the run to stop, the second ends the process. */
import { EXIT } from './exit.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs `work` with a signal that the first SIGINT or SIGTERM aborts. */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}

/**
 * Runs `work` with two signals: the first SIGINT or SIGTERM asks it to start nothing more (`drain`), the second to stop now
 * (`stop`), the third ends the process.
 */
export async function drainable<Result>(
  work: (drain: AbortSignal, stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const drain = new AbortController();
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    if (drain.signal.aborted) stop.abort();
    drain.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(drain.signal, stop.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
