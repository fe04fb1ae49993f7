/** Ctrl-C: the first asks the run to stop, the last ends the process; its exit code says so whenever they come. */
import { EXIT } from './exit.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs `work` with a signal that the first SIGINT or SIGTERM aborts; the second ends the process. */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  return listening([stop], async () => work(stop.signal));
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
  return listening([drain, stop], async () => work(drain.signal, stop.signal));
}

/**
 * Runs `work` while each SIGINT or SIGTERM aborts the next of the `controllers`, and one more ends the process. Once one has
 * come the process is about to end, and goes on listening until then: a signal without a listener would take its exit code
 * away.
 */
async function listening<Result>(
  controllers: readonly AbortController[],
  work: () => Promise<Result>,
): Promise<Result> {
  let received = 0;
  const onSignal = (): void => {
    const next = controllers[received++];
    if (next === undefined) process.exit(EXIT.interrupted);
    next.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work();
  } finally {
    if (received === 0) for (const name of SIGNALS) process.off(name, onSignal);
  }
}
