/** The key of a cell: equal keys mean equal bits, so a result that has one is never computed again. */
import { sha256 } from '../data/files.js';
import { canonicalJson } from '../runs/canonical-json.js';
import type { CellChoice } from './part.js';
import type { PartName, ReproduceConfig } from './results.js';

/** Raised whenever a change of the code changes the bits of some result. */
const NUMERICS_REVISION = 7;

/**
 * What decides the bits of a result beside its input: the code's revision, and the instruction set and BLAS core,
 * whose sums are rounded in different orders. The number of threads does not.
 */
export function numericsVersion({ isa, core }: { isa: string; core: string }): string {
  return `${NUMERICS_REVISION} ${isa} ${core}`;
}

/** What a cell's key is made of beside its choice. */
export interface KeyContext {
  readonly config: ReproduceConfig;
  /** SHA-256 of each raw file of the cell's data set. */
  readonly dataHashes: Readonly<Record<string, string>>;
  readonly numerics: string;
}

/** SHA-256 in hexadecimal of part, choice, settings, data and numerics. */
export function cellKey(part: PartName, choice: CellChoice, context: KeyContext): string {
  const { config, dataHashes, numerics } = context;
  const settings = settingsOf(config);
  return sha256(canonicalJson({ part, choice, settings, dataHashes, numerics }, 'cell key'));
}

/** What every cell depends on. The lists of a config say which cells there are, not what is in them. */
function settingsOf(config: ReproduceConfig): Partial<ReproduceConfig> {
  const { trainCount, testCount, eps, tau, ridge } = config;
  const { epochs, adversarialEpochs, batchSize, learningRate, weightDecay, trainPrecision } =
    config;
  return {
    ...{ trainCount, testCount, eps, tau, ridge },
    ...{ epochs, adversarialEpochs, batchSize, learningRate, weightDecay, trainPrecision },
  };
}
