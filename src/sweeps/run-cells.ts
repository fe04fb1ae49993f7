/** Runs cells side by side in this process: takes each from the host, computes it, hands the result back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NtkitError } from '../errors.js';
import { Bench } from './bench.js';
import { storedCell, type PlannedCell, type SweepCell } from './cells.js';
import type { SweepData } from './data/sweep-data.js';
import type { Saving } from './saved-trainings.js';
import { Scheduler, type Limits } from './scheduler.js';

/** Cells that are claimed while others compute, so that no thread waits for a disk. */
const AHEAD = 2;

/** Between two looks at cells that other processes have. */
const POLL_MS = 250;

/** A cell that could not be computed. */
export interface CellFailure {
  /** The cell that failed. */
  readonly cell: PlannedCell;
  /** Why. */
  readonly error: NtkitError;
}

/** Where cells come from and where results go. */
export interface CellHost {
  /** Whether this process may compute the cell: `taken` by another one, which may die, or `done`. */
  take(cell: PlannedCell): Promise<'mine' | 'taken' | 'done'>;
  /** Stores a result; a failure to store ends the run. */
  store(cell: PlannedCell, result: SweepCell, seconds: number): Promise<void>;
  fail(failure: CellFailure): Promise<void>;
  /** Told once this process has nothing more to do in a group that it took. */
  settle(group: string): Promise<void>;
  /** Looks what other processes have done. */
  refresh(): Promise<void>;
  isDone(cell: PlannedCell): boolean;
  /** Told of a cell that needs nothing more, with its outcome. */
  ended(cell: PlannedCell, outcome: 'computed' | 'failed' | 'elsewhere'): void;
}

/** How cells are run. */
export interface RunLimits extends Limits {
  /** Stops now: what is in hand is lost. */
  readonly signal: AbortSignal;
  /** Starts nothing more: what is in hand is finished, but for long trainings that are saved. */
  readonly drain?: AbortSignal | undefined;
  /** Where and how often long trainings are saved. Default: they are not. */
  readonly saving?: Omit<Saving, 'drain'> | undefined;
}

/**
 * Runs cells until all have ended, here or in other processes, or the drain signal fires. A cell that fails stops no other.
 *
 * @param data - the data sets of the cells, by name.
 * @returns the failures.
 * @throws NtkitError `ERR_ABORTED` when the signal fires, `ERR_STORE` when results cannot be stored.
 */
export async function runCells(
  cells: readonly PlannedCell[],
  data: ReadonlyMap<string, SweepData>,
  host: CellHost,
  limits: RunLimits,
): Promise<CellFailure[]> {
  return new CellRun(cells, data, host, limits).run();
}

class CellRun {
  readonly #host: CellHost;
  readonly #limits: RunLimits;
  readonly #scheduler: Scheduler;
  readonly #benches: ReadonlyMap<string, Bench>;
  /** Cells of each group that this process has not ended. */
  readonly #open = new Map<string, number>();
  /** Groups with a cell that failed here. */
  readonly #failed = new Set<string>();
  readonly #failures: CellFailure[] = [];
  /** Aborts what is in hand when the signal fires or nothing can be stored any more. */
  readonly #stop = new AbortController();
  #fatal: Error | undefined;
  readonly #tasks = new Set<Promise<void>>();
  #freeSlots: number;
  readonly #waitingForSlot: (() => void)[] = [];
  /** Cells that another process had when they were last asked for. */
  readonly #postponed = new Set<PlannedCell>();
  /** What needs no thread any more: results on their way to the disk, claims given back. */
  readonly #background = new Set<Promise<void>>();
  /** Results on their way to the disk, group by group. */
  readonly #storing = new Map<string, Set<Promise<void>>>();

  constructor(
    cells: readonly PlannedCell[],
    data: ReadonlyMap<string, SweepData>,
    host: CellHost,
    limits: RunLimits,
  ) {
    this.#host = host;
    this.#limits = limits;
    const options = { signal: this.#stop.signal };
    const { drain } = limits;
    const saving = limits.saving && { ...limits.saving, drain };
    this.#benches = new Map(
      [...data].map(([name, set]) => [name, new Bench(set, options, saving)]),
    );
    this.#freeSlots = limits.concurrency;
    const concurrency = limits.concurrency + AHEAD;
    this.#scheduler = new Scheduler(cells, { ...limits, concurrency }, (set, name) =>
      this.#benches.get(set)?.drop(name),
    );
    for (const { group } of cells) this.#open.set(group, 1 + (this.#open.get(group) ?? 0));
  }

  async run(): Promise<CellFailure[]> {
    const { signal } = this.#limits;
    const stop = (): void => {
      this.#stop.abort(signal.reason);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#loop();
    } finally {
      signal.removeEventListener('abort', stop);
      await this.#idle();
    }
    if (this.#fatal !== undefined) throw this.#fatal;
    if (signal.aborted) {
      throw new NtkitError('ERR_ABORTED', 'The sweep was stopped', { cause: signal.reason });
    }
    return this.#failures;
  }

  async #loop(): Promise<void> {
    const scheduler = this.#scheduler;
    while (!this.#ends()) {
      const cell = scheduler.next();
      if (cell !== undefined) {
        this.#begin(cell);
      } else if (scheduler.runningCount > 0) {
        await Promise.race(this.#tasks);
      } else if (scheduler.waitingCount > 0) {
        throw new NtkitError('ERR_MEMORY_BUDGET', 'Expected cells within the memory budget');
      } else {
        return;
      }
    }
  }

  /** Waits until nothing is in hand. */
  async #idle(): Promise<void> {
    while (this.#tasks.size + this.#background.size > 0) {
      await Promise.all([...this.#tasks, ...this.#background]);
    }
  }

  #ends(): boolean {
    return this.#stop.signal.aborted || this.#limits.drain?.aborted === true;
  }

  #begin(cell: PlannedCell): void {
    const task = this.#take(cell)
      .catch((error: unknown) => {
        this.#giveUp(error);
        this.#scheduler.end(cell);
      })
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  async #take(cell: PlannedCell): Promise<void> {
    const taken = await this.#host.take(cell);
    if (taken === 'mine') {
      await this.#slot();
      await this.#compute(cell).finally(() => {
        this.#giveSlot();
      });
    } else if (taken === 'done') {
      this.#end(cell, 'elsewhere');
    } else {
      await this.#postpone(cell);
    }
  }

  /** Others come first; when only cells of other processes are left, they are looked at now and then. */
  async #postpone(cell: PlannedCell): Promise<void> {
    this.#postponed.add(cell);
    const scheduler = this.#scheduler;
    if (this.#postponed.size > scheduler.waitingCount) {
      const { drain } = this.#limits;
      const signals = [this.#stop.signal, ...(drain === undefined ? [] : [drain])];
      await sleep(POLL_MS, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined);
      await this.#host.refresh();
    }
    scheduler.postpone(cell);
    const done = scheduler.remove((waiting) => this.#host.isDone(waiting));
    for (const elsewhere of done) this.#ended(elsewhere, 'elsewhere');
  }

  async #slot(): Promise<void> {
    if (this.#freeSlots > 0) {
      this.#freeSlots--;
      return;
    }
    await new Promise<void>((resolve) => this.#waitingForSlot.push(resolve));
  }

  #giveSlot(): void {
    const next = this.#waitingForSlot.shift();
    if (next === undefined) this.#freeSlots++;
    else next();
  }

  async #compute(cell: PlannedCell): Promise<void> {
    if (this.#ends()) {
      // It was claimed ahead and never started.
      this.#scheduler.end(cell);
      return;
    }
    const bench = this.#benches.get(cell.data);
    if (bench === undefined) throw new NtkitError('ERR_INTERNAL', `No data called ${cell.data}`);
    const startedAt = performance.now();
    try {
      const values = await cell.measure.run(cell.request, bench);
      const seconds = (performance.now() - startedAt) / 1000;
      this.#store(cell, storedCell(cell, values), seconds);
      this.#end(cell, 'computed');
    } catch (error) {
      const failure = { cell, error: asNtkitError(error) };
      const isSaved = this.#ends() && failure.error.code === 'ERR_ABORTED';
      if (this.#stop.signal.aborted || isSaved) {
        this.#scheduler.end(cell);
        return;
      }
      this.#failed.add(cell.group);
      this.#failures.push(failure);
      await this.#host.fail(failure);
      this.#end(cell, 'failed');
    }
  }

  #store(cell: PlannedCell, result: SweepCell, seconds: number): void {
    const storing = this.#storing.get(cell.group) ?? new Set();
    this.#storing.set(cell.group, storing);
    const stored = this.#inBackground(this.#host.store(cell, result, seconds));
    storing.add(stored);
    void stored.finally(() => storing.delete(stored));
  }

  #end(cell: PlannedCell, outcome: 'computed' | 'failed' | 'elsewhere'): void {
    this.#scheduler.end(cell);
    this.#ended(cell, outcome);
  }

  /** A group is settled once all of its results are on the disk; what a failed one has saved, the next try goes on with. */
  #ended(cell: PlannedCell, outcome: 'computed' | 'failed' | 'elsewhere'): void {
    this.#postponed.delete(cell);
    this.#host.ended(cell, outcome);
    const open = (this.#open.get(cell.group) ?? 0) - 1;
    this.#open.set(cell.group, open);
    if (open > 0) return;
    const storing = Promise.all(this.#storing.get(cell.group) ?? new Set<Promise<void>>());
    void this.#inBackground(storing.then(async () => this.#settle(cell)));
  }

  async #settle({ data, group, needs }: PlannedCell): Promise<void> {
    const names = needs.shared.map(({ name }) => name);
    if (!this.#failed.has(group)) await this.#benches.get(data)?.forgetTrainings(names);
    await this.#host.settle(group);
  }

  /** Keeps no slot; its failure ends the run. Never rejects. */
  #inBackground(work: Promise<void>): Promise<void> {
    const watched = work
      .catch((error: unknown) => {
        this.#giveUp(error);
      })
      .finally(() => this.#background.delete(watched));
    this.#background.add(watched);
    return watched;
  }

  #giveUp(error: unknown): void {
    this.#fatal ??= error instanceof Error ? error : new Error(String(error));
    this.#stop.abort();
  }
}

function asNtkitError(error: unknown): NtkitError {
  if (error instanceof NtkitError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new NtkitError('ERR_INTERNAL', message.split('\n')[0] ?? '', { cause: error });
}
