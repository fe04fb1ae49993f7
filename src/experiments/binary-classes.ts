/** The two classes of a data set's binary task. */

/** The paper's pairs: 3 against 8, cars (1) against planes (0). The first is the target -1. */
const PAPER_PAIRS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['mnist', [3, 8]],
  ['cifar10', [0, 1]],
]);

/** The paper's pair, or the first two classes of a data set that the paper does not use. */
export function binaryClasses(dataset: string): readonly [number, number] {
  return PAPER_PAIRS.get(dataset) ?? [0, 1];
}
