/** The child of a worker, as its parent sees it: started when needed, and again after it died. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NtkitError } from '../../errors.js';
import type { SweepCell } from '../cells.js';
import type { SweepJob } from './job.js';
import type { ToldFailure } from './outcome.js';

/** What the child is started with. */
export interface ComputeSettings {
  /** Folders in which data of a given content may be looked for. */
  readonly folders: readonly string[];
  readonly threads?: number | undefined;
  readonly memoryBudget?: number | undefined;
  /** Never fetch data. */
  readonly offline?: boolean | undefined;
}

/** What the parent tells the child. */
export type ToChild =
  | { readonly kind: 'start'; readonly settings: ComputeSettings }
  | { readonly kind: 'job'; readonly job: SweepJob };

/** What the child tells the parent. */
export type FromChild =
  | { readonly kind: 'cell'; readonly cell: SweepCell }
  | { readonly kind: 'done'; readonly failures: readonly ToldFailure[] }
  | { readonly kind: 'broken'; readonly message: string };

const PROGRAM = fileURLToPath(new URL('./compute-child.js', import.meta.url));

/** One child at a time. */
export class ComputeProcess {
  readonly #settings: ComputeSettings;
  readonly #report: (message: string) => void;
  #child: ChildProcess | undefined;

  constructor(settings: ComputeSettings, report: (message: string) => void) {
    const { folders, threads, memoryBudget, offline } = settings;
    this.#settings = { folders, threads, memoryBudget, offline };
    this.#report = report;
  }

  /**
   * Has the child compute a job.
   *
   * @param onCell - told of each finished cell.
   * @returns the cells that failed.
   * @throws NtkitError `ERR_QUEUE` when the job cannot be done at all, or the child dies.
   */
  async compute(job: SweepJob, onCell: (cell: SweepCell) => void): Promise<readonly ToldFailure[]> {
    const child = this.#running();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        child.off('message', onMessage);
        child.off('exit', onExit);
      };
      const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
        leave();
        const how = signal ?? `code ${code ?? ''}`;
        reject(
          new NtkitError('ERR_QUEUE', `The process that computed the cells ended with ${how}`),
        );
      };
      const onMessage = (message: FromChild): void => {
        if (message.kind === 'cell') {
          onCell(message.cell);
          return;
        }
        leave();
        if (message.kind === 'done') resolve(message.failures);
        else reject(new NtkitError('ERR_QUEUE', message.message));
      };
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send({ kind: 'job', job } satisfies ToChild);
    });
  }

  /** Ends the child now. */
  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #running(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    const child = fork(PROGRAM, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', (error) => {
      this.#report(error.message);
    });
    child.send({ kind: 'start', settings: this.#settings } satisfies ToChild);
    this.#child = child;
    return child;
  }
}
