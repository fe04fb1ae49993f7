/**
 * A reader that never ends cannot be stopped from its own thread. A second thread watches that inputs go by; when one does
 * not, it says which, and ends the process.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Inputs take microseconds. */
const STUCK_SECONDS = 60;

/** As text, so that no loader of TypeScript is needed for it. */
const WATCH = `
  import { writeSync } from 'node:fs';
  import { workerData } from 'node:worker_threads';
  const { progress, seconds } = workerData;
  const beat = new Int32Array(progress);
  let last = -1;
  setInterval(() => {
    const count = Atomics.load(beat, 0);
    if (count === last) {
      writeSync(2, 'No end of reader ' + Atomics.load(beat, 1) + ' with seed ' + Atomics.load(beat, 2) + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }
    last = count;
  }, 1000 * seconds);
`;

/** Watches a loop over inputs. */
export class Watchdog {
  readonly #beat: Int32Array;
  readonly #worker: Worker;

  private constructor(beat: Int32Array, worker: Worker) {
    this.#beat = beat;
    this.#worker = worker;
  }

  /** @param seconds - without a new input for so long, and at most twice that, the process ends. */
  static async start(seconds: number = STUCK_SECONDS): Promise<Watchdog> {
    const progress = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
    const program = new URL(`data:text/javascript,${encodeURIComponent(WATCH)}`);
    const worker = new Worker(program, { workerData: { progress, seconds } });
    // Its start needs this thread's help.
    await once(worker, 'online');
    worker.unref();
    return new Watchdog(new Int32Array(progress), worker);
  }

  /** Told before every input: the number of its reader, and its seed. */
  begin(reader: number, seed: number): void {
    Atomics.store(this.#beat, 1, reader);
    Atomics.store(this.#beat, 2, seed);
    Atomics.add(this.#beat, 0, 1);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
