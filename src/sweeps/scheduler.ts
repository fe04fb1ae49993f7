/**
 * Which cell runs next: those that share their data together, the largest first, as many side by side as threads and
 * memory allow. It only keeps account, so that a plan can play it through without computing anything.
 */
import type { PlannedCell } from './cells.js';
import type { Cost, SharedWork } from './measures/measure.js';

/** What bounds the cells that run side by side. */
export interface Limits {
  readonly concurrency: number;
  /** Bytes for shared results and running cells together. */
  readonly memory: number;
  /** A cell's cost as one number, for the order: flops, or seconds. */
  readonly weigh: (cost: Cost) => number;
}

/** A shared result that is held or being made. */
interface Held {
  readonly work: SharedWork;
  readonly data: string;
  /** Running cells that use it. */
  running: number;
}

/** How many of the waiting cells are looked at when the first one does not fit. */
const LOOK_AHEAD = 64;

/** The order of the cells, and what they hold while they run. */
export class Scheduler {
  readonly #limits: Limits;
  readonly #drop: (data: string, name: string) => void;
  #waiting: PlannedCell[];
  readonly #running = new Map<PlannedCell, number>();
  readonly #held = new Map<string, Held>();
  /** Cells that still need a shared result. */
  readonly #needed = new Map<string, number>();
  #bytes = 0;
  #peak = 0;

  /** @param drop - told of shared results that are given up. */
  constructor(
    cells: readonly PlannedCell[],
    limits: Limits,
    drop: (data: string, name: string) => void = () => undefined,
  ) {
    this.#limits = limits;
    this.#drop = drop;
    this.#waiting = inOrder(cells, limits.weigh);
    for (const cell of cells) this.#count(cell, 1);
  }

  /** Bytes held at most so far. */
  get peak(): number {
    return this.#peak;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Starts the next cell that fits; undefined when none does now. */
  next(): PlannedCell | undefined {
    if (this.#running.size >= this.#limits.concurrency) return undefined;
    const looked = Math.min(LOOK_AHEAD, this.#waiting.length);
    for (let i = 0; i < looked; i++) {
      const cell = this.#waiting[i];
      if (cell !== undefined && this.#makeRoom(cell)) {
        this.#waiting.splice(i, 1);
        this.#start(cell);
        return cell;
      }
    }
    return undefined;
  }

  /** Shared works that a cell would have to do, were it started now. */
  missing(cell: PlannedCell): SharedWork[] {
    return cell.needs.shared.filter(({ name }) => !this.#held.has(keyOf(cell, name)));
  }

  /** Ends a running cell, however it ended, and gives up what nobody needs any more. */
  end(cell: PlannedCell): void {
    this.#stop(cell);
    this.#count(cell, -1);
    for (const { name } of cell.needs.shared) {
      const key = keyOf(cell, name);
      if (!this.#needed.has(key)) this.#giveUp(key);
    }
  }

  /** Puts a running cell back, behind all others. */
  postpone(cell: PlannedCell): void {
    this.#stop(cell);
    this.#waiting.push(cell);
  }

  /** Takes waiting cells out that turn out to be done already. */
  remove(isDone: (cell: PlannedCell) => boolean): PlannedCell[] {
    const done = this.#waiting.filter(isDone);
    if (done.length === 0) return done;
    const gone = new Set(done);
    this.#waiting = this.#waiting.filter((cell) => !gone.has(cell));
    for (const cell of done) {
      this.#count(cell, -1);
      for (const { name } of cell.needs.shared) {
        const key = keyOf(cell, name);
        if (!this.#needed.has(key)) this.#giveUp(key);
      }
    }
    return done;
  }

  /** Whether a cell fits, when need be after results that no running cell uses have been given up. */
  #makeRoom(cell: PlannedCell): boolean {
    const wanted = this.#wanted(cell);
    if (this.#bytes + wanted <= this.#limits.memory) return true;
    const own = new Set(cell.needs.shared.map(({ name }) => keyOf(cell, name)));
    const idle = [...this.#held].filter(([key, { running }]) => running === 0 && !own.has(key));
    const freed = idle.reduce((sum, [, { work }]) => sum + work.bytes, 0);
    if (this.#bytes - freed + wanted > this.#limits.memory) return false;
    for (const [key] of idle) {
      if (this.#bytes + wanted <= this.#limits.memory) break;
      this.#giveUp(key);
    }
    return true;
  }

  #wanted(cell: PlannedCell): number {
    const results = this.missing(cell).reduce((sum, { bytes }) => sum + bytes, 0);
    return results + this.#workOf(cell);
  }

  /** Bytes beside the shared results: its own, or those of the largest work that it has to do first. */
  #workOf(cell: PlannedCell): number {
    return Math.max(cell.needs.memory, ...this.missing(cell).map(({ working }) => working));
  }

  #start(cell: PlannedCell): void {
    const work = this.#workOf(cell);
    for (const shared of cell.needs.shared) {
      const key = keyOf(cell, shared.name);
      const held = this.#held.get(key) ?? { work: shared, data: cell.data, running: 0 };
      if (!this.#held.has(key)) this.#bytes += shared.bytes;
      held.running++;
      this.#held.set(key, held);
    }
    this.#running.set(cell, work);
    this.#bytes += work;
    this.#peak = Math.max(this.#peak, this.#bytes);
  }

  #stop(cell: PlannedCell): void {
    this.#bytes -= this.#running.get(cell) ?? 0;
    this.#running.delete(cell);
    for (const { name } of cell.needs.shared) {
      const held = this.#held.get(keyOf(cell, name));
      if (held !== undefined) held.running--;
    }
  }

  #count(cell: PlannedCell, change: number): void {
    for (const { name } of cell.needs.shared) {
      const key = keyOf(cell, name);
      const count = (this.#needed.get(key) ?? 0) + change;
      if (count > 0) this.#needed.set(key, count);
      else this.#needed.delete(key);
    }
  }

  #giveUp(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#bytes -= held.work.bytes;
    this.#drop(held.data, held.work.name);
  }
}

/** Bytes of a cell when nothing else runs. */
export function memoryAlone({ needs }: PlannedCell): number {
  const results = needs.shared.reduce((sum, { bytes }) => sum + bytes, 0);
  return results + Math.max(needs.memory, ...needs.shared.map(({ working }) => working));
}

/** The cost of every cell, each shared work charged to the first that asks for it. */
export function chargedCosts(
  cells: readonly PlannedCell[],
  weigh: (cost: Cost) => number,
): Map<PlannedCell, number> {
  const charged = new Set<string>();
  return new Map(
    cells.map((cell) => {
      let cost = weigh(cell.needs.cost);
      for (const shared of cell.needs.shared) {
        const key = keyOf(cell, shared.name);
        if (!charged.has(key)) cost += weigh(shared.cost);
        charged.add(key);
      }
      return [cell, cost];
    }),
  );
}

function keyOf({ data }: PlannedCell, name: string): string {
  return `${data} ${name}`;
}

/**
 * Samples together, within them inputs, within these groups; the largest of each first. So a sample goes before the next
 * one comes.
 */
export function inOrder(
  cells: readonly PlannedCell[],
  weigh: (cost: Cost) => number,
): PlannedCell[] {
  const costs = chargedCosts(cells, weigh);
  const total = (some: readonly PlannedCell[]): number =>
    some.reduce((sum, cell) => sum + (costs.get(cell) ?? 0), 0);
  const ordered = (
    some: readonly PlannedCell[],
    [key, ...inner]: readonly KeyOf[],
  ): PlannedCell[] =>
    key === undefined
      ? [...some]
      : grouped(some, key)
          .map((group) => ({ group, cost: total(group) }))
          .sort((x, y) => y.cost - x.cost)
          .flatMap(({ group }) => ordered(group, inner));
  return ordered(cells, [bySample, byInputs, ({ group }) => group]);
}

type KeyOf = (cell: PlannedCell) => string;

function bySample({ data, needs }: PlannedCell): string {
  return `${data} ${needs.shared[0]?.name ?? ''}`;
}

/** What a cell's inputs are called: cells of one name share their sample and what attention makes of it. */
export function byInputs({ data, needs }: PlannedCell): string {
  return [data, ...needs.shared.slice(0, 2).map(({ name }) => name)].join(' ');
}

function grouped(cells: readonly PlannedCell[], keyOfCell: KeyOf): PlannedCell[][] {
  const groups = new Map<string, PlannedCell[]>();
  for (const cell of cells) {
    const key = keyOfCell(cell);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()];
}
