/**
 * A peer in a process of its own, spoken to in lines of JSON: what it imports, and the threads it starts, are not
 * ours. It computes only when it is asked to, and is asked one thing at a time.
 *
 *     hello                                   -> { versions } or { missing: why }
 *     { do: 'prepare', id, operation, form, inputs, parameters }   -> {}
 *     { do: 'time', id, runs }                -> { seconds } of one of so many runs, measured inside
 *     { do: 'result', id, folder }            -> { result: { name: { file, type } } }
 *     { do: 'close', id }                     -> {}
 *
 * Everything is answered with one line; `{ error }` when it failed. Contestants of the same inputs share them in
 * memory, until the last of them is closed.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

const ARRAYS = { float64: Float64Array, float32: Float32Array };
const KEPT_STDERR = 2000;

export class PeerProcess {
  #child;
  #lines;
  #stderr = '';
  #contestants = 0;

  /** @param options - `args`, `env` (added to this process's). */
  constructor(command, { args, env = {} }) {
    this.#child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr.on('data', (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-KEPT_STDERR);
    });
    // A write to a process that has ended fails here, and the missing answer tells.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => {
      this.#stderr = error.message;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that the process prints, parsed. */
  async answer() {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`the process ended: ${this.#stderr.trim() || 'without a word'}`);
    const { error, ...reply } = JSON.parse(value);
    if (error !== undefined) throw new Error(error);
    return reply;
  }

  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  end() {
    this.#child.stdin.end();
    this.#child.kill();
  }

  /**
   * A contestant of a race.
   *
   * @param task - `{ operation, form, inputs, parameters }` and the number of its `case`, the inputs as
   * `InputFiles` wrote them for that case.
   * @param folder - where results are written.
   */
  async contestant(task, folder) {
    const id = (this.#contestants += 1);
    await this.ask({ do: 'prepare', id, ...task });
    return {
      time: async (runs = 1) => (await this.ask({ do: 'time', id, runs })).seconds,
      values: async () => readResult((await this.ask({ do: 'result', id, folder })).result),
      // A process that has ended has nothing to close.
      close: async () => this.ask({ do: 'close', id }).catch(() => undefined),
    };
  }
}

function readResult(files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, { file, type }]) => {
      return [name, new ARRAYS[type](Uint8Array.from(readFileSync(file)).buffer)];
    }),
  );
}
