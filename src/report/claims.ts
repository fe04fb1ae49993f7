/** The paper's claims that a run can test, each with the range of results that agrees with it. */
import type { ModelName, ReadingName } from '../experiments/results.js';
import type { Interval } from '../statistics.js';
import { powerOfTen, significant } from './format.js';
import { MODEL_LABELS } from './labels.js';
import { cellsOf, distanceCells, distanceSlopes, estimate } from './measures.js';
import { paperNumbers } from './paper-tables.js';
import type { PaperNumbers } from './paper-tables.js';
import { PLAIN, POWER, SIGNED } from './table.js';
import type { EstimateFormat } from './table.js';
import { above, below, judge, near } from './verdict.js';
import type { Region, Verdict } from './verdict.js';
import type { PartView } from './view.js';

/** One claim and what the run says about it under each reading. */
export interface Claim {
  readonly statement: string;
  /** The paper's number, a dash where it has none for this data set. */
  readonly paper: string;
  readonly accepted: Region;
  readonly format: EstimateFormat;
  readonly results: readonly ClaimResult[];
}

/** The run's estimate for a claim, with its verdict. */
export interface ClaimResult {
  /** Null for claims about the data alone, which no reading changes, and for those across many readings. */
  readonly reading: ReadingName | null;
  readonly ours: Interval | undefined;
  readonly verdict: Verdict;
}

/** Of a claim for which the paper has no number on this data set. */
export const NO_NUMBER = '–';

/** Distances, flip rates and condition numbers this close to the paper's count as equal. */
export const LEVEL_TOLERANCE = 0.25;

/** The exponent that takes one condition number to another is known far better than their size. */
export const EXPONENT_TOLERANCE = 0.1;

/** Claims about the spectrum of the data, before any network is trained. */
export function spectrumClaims(run: PartView): Claim[] {
  const cells = cellsOf(run, 'spectrum');
  const paper = paperNumbers(run.dataset);
  const k = cells[0]?.plain.kappaK.k ?? 'k';
  const claim = (
    statement: string,
    ofPaper: string,
    accepted: Region,
    format: EstimateFormat,
    values: number[],
  ): Claim => ({
    statement,
    paper: ofPaper,
    accepted,
    format,
    results: [result(null, values, accepted)],
  });
  const exponents = cells.flatMap(({ plain, normalized }) =>
    plain.kappaK.value === null || normalized.kappaK.value === null
      ? []
      : [Math.log(normalized.kappaK.value) / Math.log(plain.kappaK.value)],
  );
  const cubing = claim(
    `Attention cubes the condition number: κ_{${k}}(U Uᵀ) = κ_{${k}}(G)^{p}`,
    'p = 3',
    near(3, EXPONENT_TOLERANCE),
    PLAIN,
    exponents,
  );
  if (paper === undefined) return [cubing];
  const log10KappaD = cells.map((cell) => Math.log10(cell.plain.kappaD));
  return [
    cubing,
    claim(
      'Size of the condition number κ_{d}(G)',
      powerOfTen(Math.log10(paper.kappa)),
      log10Region(near(paper.kappa, LEVEL_TOLERANCE)),
      POWER,
      log10KappaD,
    ),
    ...(['v1', 'v2'] as const).map((version) =>
      claim(
        `Width needed by MLP-Attn is out of reach (${version})`,
        `> 1e${paper.log10Width[version]}`,
        above(paper.log10Width[version], `above 1e${paper.log10Width[version]}`),
        POWER,
        cells.map((cell) => cell.log10Width[version]),
      ),
    ),
  ];
}

/** Claims about the distance between networks and their infinite-width kernels. */
export function distanceClaims(run: PartView): Claim[] {
  const paper = paperNumbers(run.dataset);
  const { models } = run.config;
  return [
    ...models.map((model) => trendClaim(run, model, paper)),
    ...models.flatMap((model) => distanceLevelClaim(run, model, paper)),
  ];
}

function trendClaim(run: PartView, model: ModelName, paper: PaperNumbers | undefined): Claim {
  const accepted = model === 'relu' ? below(0, 'slope below 0') : above(0, 'slope above 0');
  const verb = model === 'relu' ? 'falls' : 'rises';
  return {
    statement: `${MODEL_LABELS[model]}: distance ${verb} with width (slope for each doubling)`,
    paper:
      paper?.distance[model].map(([, distance]) => significant(distance)).join(' → ') ?? NO_NUMBER,
    accepted,
    format: SIGNED,
    results: byReading(run, accepted, (reading) => distanceSlopes(run, reading, model)),
  };
}

/** The distance at the largest width that both the run and the paper have. */
function distanceLevelClaim(
  run: PartView,
  model: ModelName,
  paper: PaperNumbers | undefined,
): Claim[] {
  const shared = paper?.distance[model].findLast(([width]) => run.config.widths.includes(width));
  if (shared === undefined) return [];
  const [width, distance] = shared;
  const accepted = near(distance, LEVEL_TOLERANCE);
  return [
    {
      statement: `${MODEL_LABELS[model]}: distance at m = ${width}`,
      paper: significant(distance),
      accepted,
      format: PLAIN,
      results: byReading(run, accepted, (reading) =>
        distanceCells(run, reading, model, width).map((cell) => cell.spectral),
      ),
    },
  ];
}

/** A claim's results, one for each reading of the run. */
export function byReading(
  run: PartView,
  accepted: Region,
  values: (reading: ReadingName) => number[],
): ClaimResult[] {
  return run.config.readings.map((reading) => result(reading, values(reading), accepted));
}

function result(reading: ReadingName | null, values: number[], accepted: Region): ClaimResult {
  const ours = estimate(values);
  return { reading, ours, verdict: judge(ours, accepted) };
}

function log10Region(region: Region): Region {
  return { ...region, lower: Math.log10(region.lower), upper: Math.log10(region.upper) };
}
