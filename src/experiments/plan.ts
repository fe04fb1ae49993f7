/** What a replication run will do: its cells, in the order they run, and what they cost together. */
import type { ProblemShape } from './costs.js';
import type { Part, PlannedCell } from './part.js';
import { PARTS } from './parts/index.js';
import type { PlannedPart, ReproduceConfig } from './results.js';

/** One planned cell of a part on a data set. */
export interface PlannedWork {
  readonly part: Part;
  readonly dataset: string;
  readonly cell: PlannedCell;
}

/** The cells that a config asks for on one data set, part by part. */
export function planDataset(
  config: ReproduceConfig,
  dataset: string,
  shape: ProblemShape,
): PlannedWork[] {
  return PARTS.filter(({ name }) => config.parts.includes(name)).flatMap((part) =>
    part.plan(config, shape).map((cell) => ({ part, dataset, cell })),
  );
}

/** What progress and the plan call a piece of work. */
export function labelOf({ part, dataset, cell }: PlannedWork): string {
  return `${dataset}, ${part.name}, ${cell.label}`;
}

/** How many of the works there are of each part and data set. */
export function plannedParts(works: readonly PlannedWork[]): PlannedPart[] {
  const counts = new Map<string, PlannedPart>();
  for (const { part, dataset } of works) {
    const name = `${dataset} ${part.name}`;
    const cells = 1 + (counts.get(name)?.cells ?? 0);
    counts.set(name, { part: part.name, dataset, cells });
  }
  return [...counts.values()];
}

/** One part on one data set, as a plan lists it. */
export interface PlanRow extends PlannedPart {
  /** Flops, each shared work charged to the part that asks for it first. */
  readonly cost: number;
  /** Bytes of its largest cell at its peak. */
  readonly memory: number;
}

/** What the works cost part by part; the costs add up to those of all. */
export function planRows(works: readonly PlannedWork[]): PlanRow[] {
  const costs = chargedCosts(works);
  return plannedParts(works).map((row) => {
    const own = works.filter(
      ({ part, dataset }) => part.name === row.part && dataset === row.dataset,
    );
    return {
      ...row,
      cost: own.reduce((sum, work) => sum + (costs.get(work) ?? 0), 0),
      memory: Math.max(...own.map(({ cell }) => cell.memory)),
    };
  });
}

/** Flops of all works: their own, and each shared work once. */
export function totalCost(works: readonly PlannedWork[]): number {
  return [...chargedCosts(works).values()].reduce((sum, cost) => sum + cost, 0);
}

/** The cost of each work with that of the shared work which it is the first to ask for. */
function chargedCosts(works: readonly PlannedWork[]): Map<PlannedWork, number> {
  const claimed = new Set<string>();
  const costs = new Map<PlannedWork, number>();
  for (const work of works) {
    let { cost } = work.cell;
    for (const shared of work.cell.shared) {
      const name = `${work.dataset} ${shared.name}`;
      if (!claimed.has(name)) cost += shared.cost;
      claimed.add(name);
    }
    costs.set(work, cost);
  }
  return costs;
}

/**
 * The order in which the works of one data set run: seed by seed and model by model, so that shared results are
 * used while they are kept and a run that is stopped has finished whole seeds. Within each, those that begin the most
 * shared work come first, so that no long training is left for one core at the end.
 */
export function schedule(works: readonly PlannedWork[]): PlannedWork[] {
  return groupsOf(works, ({ cell }) => cell.choice.seed).flatMap((ofSeed) =>
    groupsOf(ofSeed, ({ cell }) => cell.choice.model).flatMap(longestFirst),
  );
}

/** Items with equal keys together, in the order in which the keys come. */
function groupsOf<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function longestFirst(works: readonly PlannedWork[]): PlannedWork[] {
  const costs = chargedCosts(works);
  return works.toSorted((a, b) => (costs.get(b) ?? 0) - (costs.get(a) ?? 0));
}
