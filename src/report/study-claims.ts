/** Claims of the paper that the studies of spectra, theory and attention variants can test. */
import type {
  AttentionVariant,
  VariantNetworkRecord,
  VariantSpectrumRecord,
} from '../experiments/studies/attention-study-results.js';
import type { CubeRecord, LayersRecord } from '../experiments/studies/spectrum-study-results.js';
import type {
  ApproximationRecord,
  InfluenceSensitivityRecord,
  SensitivityRecord,
  TargetFamily,
  TheoryKernel,
} from '../experiments/studies/theory-results.js';
import type { ReadingName } from '../experiments/results.js';
import { EXPONENT_TOLERANCE, NO_NUMBER, type Claim, type ClaimResult } from './claims.js';
import { estimate } from './measures.js';
import { PLAIN, POINTS, SIGNED, type EstimateFormat } from './table.js';
import { above, below, judge, near, type Region } from './verdict.js';
import { bySeed, groupBy, slopesOverWidth } from './aggregate.js';
import { inOrder } from './tables/spectrum-study.js';
import { byVariant } from './tables/variants.js';

function claim(
  statement: string,
  paper: string,
  accepted: Region,
  format: EstimateFormat,
  results: readonly { readonly reading: ReadingName | null; readonly values: readonly number[] }[],
): Claim {
  return {
    ...{ statement, paper, accepted, format },
    results: results.map(({ reading, values }): ClaimResult => {
      const ours = estimate(values);
      return { reading, ours, verdict: judge(ours, accepted) };
    }),
  };
}

/** Theorem 4.7 before and after the rows are normalised, and its form for stacks; at the largest n of the records. */
export function spectrumStudyClaims(
  cubes: readonly CubeRecord[],
  layers: readonly LayersRecord[],
): Claim[] {
  const exponent = (
    statement: string,
    p: number,
    values: readonly number[],
    accepted: Region = near(p, EXPONENT_TOLERANCE),
  ): Claim => claim(statement, `p = ${p}`, accepted, PLAIN, [{ reading: null, values }]);
  const largest = atLargestSize(cubes);
  return [
    exponent(
      'Attention cubes the condition number before its rows are normalised: κ_{r}(F Fᵀ) = κ_{r}(G)^{p}',
      3,
      largest.map(({ log10Kappa }) => log10Kappa.attended / log10Kappa.plain),
      { ...near(3, EXPONENT_TOLERANCE), identity: true },
    ),
    exponent(
      'The same after its rows are normalised: κ_{r}(U Uᵀ) = κ_{r}(G)^{p}',
      3,
      largest.map(({ log10Kappa }) => log10Kappa.normalized / log10Kappa.plain),
    ),
    ...[...groupBy(inOrder(atLargestSize(layers)), (record) => `${record.layers} ${record.stack}`)]
      .map(([, group]) => group)
      .flatMap((group) => {
        const [first] = group;
        // One eigenvalue above rounding has no condition number to compare.
        const comparable = group.filter(({ cut }) => cut.rank > 1);
        if (first?.stack !== 'context' || first.layers === 1) return [];
        return exponent(
          `${first.layers} layers that attend to the same context: κ_{r}(U Uᵀ) = κ_{r}(G)^{p}`,
          first.exponent,
          comparable.map(
            ({ log10Measured, log10Predicted }) =>
              (first.exponent * log10Measured) / log10Predicted,
          ),
        );
      }),
  ];
}

function atLargestSize<Item extends { readonly n: number }>(records: readonly Item[]): Item[] {
  const largest = Math.max(...records.map(({ n }) => n));
  return records.filter(({ n }) => n === largest);
}

/** Truncation restores the kernel regime: with width the distance after training falls. One claim for each rank. */
export function truncationClaims(
  records: readonly VariantNetworkRecord[],
  readings: readonly ReadingName[],
): Claim[] {
  const truncated = records.filter(({ variant }) => variant.kind === 'truncated');
  return byVariant(truncated).map(([label, ofRank]) =>
    claim(
      `Attention ${label}: distance after training falls with width (slope for each doubling)`,
      NO_NUMBER,
      below(0, 'slope below 0'),
      SIGNED,
      byReading(ofRank, readings, (ofReading) =>
        slopesOverWidth(ofReading, ({ distance }) => distance),
      ),
    ),
  );
}

/** One list of values for each reading of the run, empty where there is no network of it. */
function byReading(
  records: readonly VariantNetworkRecord[],
  readings: readonly ReadingName[],
  values: (ofReading: VariantNetworkRecord[]) => number[],
): { reading: ReadingName; values: number[] }[] {
  return readings.map((reading) => ({
    reading,
    values: values(records.filter((record) => record.reading === reading)),
  }));
}

/** Proposition 4.5 as it is printed, and both sides of the dual implication. */
export function theoryClaims(
  sensitivity: readonly SensitivityRecord[],
  influence: readonly InfluenceSensitivityRecord[],
  approximations: readonly ApproximationRecord[],
): Claim[] {
  const largest = atLargestSize(sensitivity);
  const column = (norm: 'linf' | 'l2', words: string): Claim =>
    claim(
      `The kernel changes by at most eps |g_{j}|_{1} (Prop. 4.5, read with column j of G) for ${words}: ` +
        'largest change over that bound',
      'at most 1',
      below(1, 'below 1'),
      PLAIN,
      [{ reading: null, values: largest.map((record) => record[norm].columnReading.largest) }],
    );
  const log10S = (record: InfluenceSensitivityRecord, kernel: TheoryKernel): number =>
    record.kernels.find((each) => each.kernel === kernel)?.log10S ?? NaN;
  const moreSensitive = (kernel: TheoryKernel, words: string): Claim =>
    claim(
      `S(K, λ, y) is larger with attention, ${words}: log10 of the ratio to 2L-ReLU`,
      'above 0',
      above(0, 'above 0'),
      SIGNED,
      [
        {
          reading: null,
          values: atLargestSize(influence).map(
            (record) => log10S(record, kernel) - log10S(record, 'relu'),
          ),
        },
      ],
    );
  return [
    column('linf', '|δ|_{∞} ≤ eps'),
    column('l2', '|δ|_{2} ≤ eps'),
    moreSensitive('attention', 'K_{∞} on attended unit rows'),
    moreSensitive('attended-gram', 'the kernel G^{3} itself'),
    ...errorClaims(approximations),
  ];
}

/** Attention lowers the error on targets aligned with the data and raises it on others. */
function errorClaims(records: readonly ApproximationRecord[]): Claim[] {
  const error = (record: ApproximationRecord, kernel: TheoryKernel): number =>
    record.fits.find((fit) => fit.kernel === kernel)?.testError ?? NaN;
  const families: readonly (readonly [TargetFamily, string, Region])[] = [
    ['top', 'lowers the error on aligned targets', below(0, 'below 0')],
    ['bottom', 'raises the error on misaligned targets', above(0, 'above 0')],
    ['random', 'raises the error on random targets', above(0, 'above 0')],
  ];
  return families.flatMap(([target, words, accepted]) =>
    [
      ...groupBy(
        atLargestSize(records.filter((record) => record.target === target)),
        ({ columns }) => String(columns),
      ),
    ].map(([columns, group]) =>
      claim(
        `Attention ${words} (${columns} of them): relative test error, MLP-Attn − 2L-ReLU`,
        NO_NUMBER,
        accepted,
        SIGNED,
        [
          {
            reading: null,
            values: group.map((record) => error(record, 'attention') - error(record, 'relu')),
          },
        ],
      ),
    ),
  );
}

/** Version 2's extension to projections, and what each variant does to distance and flips. */
export function attentionStudyClaims(
  spectra: readonly VariantSpectrumRecord[],
  networks: readonly VariantNetworkRecord[],
  readings: readonly ReadingName[],
): Claim[] {
  const largest = atLargestSize(spectra);
  const ofKind = (kind: AttentionVariant['kind']): VariantSpectrumRecord[] =>
    largest.filter(({ variant }) => variant.kind === kind);
  const k = largest[0]?.kappaK[0]?.k ?? 'k';
  const log = ({ kappaK }: VariantSpectrumRecord): number => kappaK[0]?.log10 ?? NaN;
  return [
    claim(
      `Random Q, K, V projections keep the cube (v2): κ_{${k}} behind attention = κ_{${k}}(G)^{p}`,
      'p = 3',
      near(3, EXPONENT_TOLERANCE),
      PLAIN,
      [
        {
          reading: null,
          values: bySeed(
            ofKind('none'),
            ofKind('projected'),
            (plain, projected) => log(projected) / log(plain),
          ),
        },
      ],
    ),
    ...byVariant(networks.filter(({ variant }) => variant.kind !== 'none')).flatMap(
      ([label, ofVariant]) => [
        claim(
          `${label}: distance after training rises with width (slope for each doubling)`,
          NO_NUMBER,
          above(0, 'slope above 0'),
          SIGNED,
          byReading(ofVariant, readings, (ofReading) =>
            slopesOverWidth(ofReading, ({ distance }) => distance),
          ),
        ),
        flipGapClaim(label, ofVariant, networks, readings),
      ],
    ),
  ];
}

function flipGapClaim(
  label: string,
  ofVariant: readonly VariantNetworkRecord[],
  networks: readonly VariantNetworkRecord[],
  readings: readonly ReadingName[],
): Claim {
  const width = Math.max(...ofVariant.map((record) => record.width));
  const relu = networks.filter(
    (record) => record.variant.kind === 'none' && record.width === width,
  );
  return claim(
    `${label}: influence flips more often than without attention (FGSM, m = ${width}, difference)`,
    NO_NUMBER,
    above(0, 'above 0'),
    POINTS,
    byReading(
      ofVariant.filter((record) => record.width === width),
      readings,
      (ofReading) =>
        bySeed(
          relu.filter(({ reading }) => reading === ofReading[0]?.reading),
          ofReading,
          (without, withAttention) => withAttention.flips.flipRate - without.flips.flipRate,
        ),
    ),
  );
}
