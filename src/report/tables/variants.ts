/** Attention variants side by side: spectra, distances over widths, and what they cost and change. */
import type {
  AttentionVariant,
  VariantNetworkRecord,
  VariantSpectrumRecord,
} from '../../experiments/studies/attention-study-results.js';
import type { ReadingName } from '../../experiments/results.js';
import { percentNumber, significant } from '../format.js';
import { READING_DEFINITIONS } from '../labels.js';
import {
  PERCENT,
  PLAIN,
  POWER,
  SIGNED,
  countCell,
  estimateCell,
  type EstimateFormat,
  type Table,
  type TableGroup,
} from '../table.js';
import { ascending, groupBy, medianCell, slopesOverWidth } from '../aggregate.js';

/** A variant as rows and legends name it. */
export function variantLabel(variant: AttentionVariant): string {
  switch (variant.kind) {
    case 'none':
      return '2L-ReLU';
    case 'linearized':
      return 'linearized (MLP-Attn)';
    case 'projected':
      return 'linearized, random QKV';
    case 'truncated':
      return `truncated, rank ${variant.rank}`;
    case 'stacked':
      return `${variant.layers} layers, ${variant.stack}`;
    case 'softmax':
      return `softmax, T = ${variant.temperature === 'sqrt-d' ? '√d' : variant.temperature}`;
  }
}

/** What the names of variants stand for, of those that occur. */
export function variantNotes(variants: readonly AttentionVariant[]): string[] {
  const notes: Readonly<Record<AttentionVariant['kind'], string>> = {
    none: '2L-ReLU: no attention, the unit rows X themselves.',
    linearized: 'linearized: z C with C = Xᵀ X, the paper’s attention.',
    projected:
      'random QKV: z W_{Q} W_{K}ᵀ C W_{V}, weights N(0, 1 / d), drawn anew for each seed (v2, Prop. B.4).',
    truncated:
      'truncated: z C_{r}, C_{r} the best rank-r approximation of C, the paper’s proposed cure.',
    stacked:
      'layers: each attends to X (context) or to its own input (self); rows are scaled to unit norm after each.',
    softmax: 'softmax: softmax(z Xᵀ / T) X.',
  };
  const kinds = new Set(variants.map(({ kind }) => kind));
  return [
    ...Object.entries(notes).flatMap(([kind, note]) =>
      kinds.has(kind as AttentionVariant['kind']) ? [note] : [],
    ),
    'The rows of every variant are scaled to unit norm.',
  ];
}

/** Groups records by variant, in the order of {@link KINDS} and then by what tells variants of a kind apart. */
export function byVariant<Item extends { readonly variant: AttentionVariant }>(
  records: readonly Item[],
): [label: string, ofVariant: Item[]][] {
  const inOrder = records.toSorted(
    (a, b) =>
      KINDS.indexOf(a.variant.kind) - KINDS.indexOf(b.variant.kind) ||
      parameterOf(a.variant) - parameterOf(b.variant) ||
      variantLabel(a.variant).localeCompare(variantLabel(b.variant), 'en'),
  );
  return [...groupBy(inOrder, ({ variant }) => variantLabel(variant))];
}

const KINDS: readonly AttentionVariant['kind'][] = [
  ...(['none', 'linearized', 'truncated', 'projected', 'stacked', 'softmax'] as const),
];

/** Rank, layers or temperature; that of a transformer is above all others here. */
function parameterOf(variant: AttentionVariant): number {
  switch (variant.kind) {
    case 'truncated':
      return variant.rank;
    case 'stacked':
      return variant.layers;
    case 'softmax':
      return variant.temperature === 'sqrt-d' ? Number.MAX_VALUE : variant.temperature;
    default:
      return 0;
  }
}

/** Condition numbers and collapse of each variant's training rows. */
export function variantSpectrumTable(records: readonly VariantSpectrumRecord[]): Table {
  const indices = records[0]?.kappaK.map(({ k }) => k) ?? [];
  return {
    name: 'variant-spectrum',
    caption: 'Spectra behind the variants of attention',
    columns: [
      ...['', 'seeds', 'rank', 'κ_{d}'],
      ...indices.map((k) => `κ_{${k}}`),
      ...['λ_{1} / trace', '1 − mean cosine', 'effective rank'],
    ],
    groups: ascending(records.map(({ n }) => n)).map((n) => ({
      title: `n = ${n}`,
      rows: byVariant(records.filter((record) => record.n === n)).map(([head, ofVariant]) => ({
        head,
        cells: [
          countCell([ofVariant.length]),
          estimateCell(
            ofVariant.map(({ rank }) => rank),
            PLAIN,
          ),
          estimateCell(
            ofVariant.map(({ log10KappaD }) => log10KappaD),
            POWER,
          ),
          ...indices.map((_, i) =>
            medianCell(ofVariant.map(({ kappaK }) => kappaK[i]?.log10 ?? null)),
          ),
          estimateCell(
            ofVariant.map(({ topShare }) => topShare),
            PERCENT,
          ),
          estimateCell(
            ofVariant.map(({ meanCosine }) => Math.max(0, 1 - meanCosine)),
            PLAIN,
          ),
          estimateCell(
            ofVariant.map(({ effectiveRank }) => effectiveRank),
            PLAIN,
          ),
        ],
      })),
    })),
    notes: [
      'Of the Gram matrix of the training rows. rank: eigenvalues above max(n, d) × 2.2e-16 × λ_{1}; κ_{d} = λ_{1} / λ_{rank}.',
      'κ_{k} = λ_{1} / λ_{k}, median over seeds; infinite where k exceeds the rank.',
      'Mean cosine: over pairs of different rows. Effective rank = exp(entropy of λ / trace).',
      ...variantNotes(records.map(({ variant }) => variant)),
      'Mean and 95 % Student-t interval over seeds, for κ of the logarithm.',
    ],
  };
}

/** The study that a table or figure of networks belongs to. */
export interface NetworkStudy {
  /** The beginning of its tables' names. */
  readonly name: string;
  /** Of their captions. */
  readonly subject: string;
}

/** When a network is compared with its kernel. */
export type DistanceStage = 'initial' | 'trained';

const STAGES: Readonly<
  Record<
    DistanceStage,
    { caption: string; value: (record: VariantNetworkRecord) => number; note: string }
  >
> = {
  initial: {
    caption: 'NTK distance at initialisation',
    value: ({ initialDistance }) => initialDistance,
    note:
      'Spectral norm over test points × outputs of the difference between kernel ridge regression with the empirical ' +
      'kernel K_{m} of the untrained network and with K_{∞}.',
  },
  trained: {
    caption: 'NTK distance after training',
    value: ({ distance }) => distance,
    note:
      'Spectral norm over test points × outputs of trained network minus kernel ridge regression with K_{∞} on the ' +
      'same rows, as in Table 1.',
  },
};

/** Distance over widths of each variant, with its slope. */
export function variantDistanceTable(
  records: readonly VariantNetworkRecord[],
  stage: DistanceStage,
  { name, subject }: NetworkStudy,
): Table {
  const { caption, value, note } = STAGES[stage];
  const widths = ascending(records.map(({ width }) => width));
  return {
    name: `${name}-${stage}`,
    caption: `${subject}: ${caption}`,
    columns: ['', 'seeds', ...widths.map((width) => `m = ${width}`), 'slope'],
    groups: byReading(records, (ofReading) =>
      byVariant(ofReading).map(([head, ofVariant]) => {
        const atWidths = widths.map((width) =>
          ofVariant.filter((record) => record.width === width).map(value),
        );
        return {
          head,
          cells: [
            countCell(atWidths.map((values) => values.length)),
            ...atWidths.map((values) => estimateCell(values, PLAIN)),
            estimateCell(slopesOverWidth(ofVariant, value), SIGNED),
          ],
        };
      }),
    ),
    notes: [
      note,
      'Slope: change for each doubling of the width, by least squares over log2 m, seed by seed.',
      ...variantNotes(records.map(({ variant }) => variant)),
      ...networkNotes(records),
    ],
  };
}

interface Measure {
  readonly head: string;
  readonly value: (record: VariantNetworkRecord) => number;
  readonly format: EstimateFormat;
}

const KERNEL_MEASURES: readonly Measure[] = [
  { head: 'kernel error', value: ({ kernelError }) => kernelError, format: PLAIN },
  { head: 'kernel drift', value: ({ kernelDrift }) => kernelDrift, format: PLAIN },
  { head: 'network accuracy', value: ({ networkAccuracy }) => networkAccuracy, format: PERCENT },
  { head: 'kernel accuracy', value: ({ ridgeAccuracy }) => ridgeAccuracy, format: PERCENT },
  { head: 'dead units', value: ({ deadUnits }) => deadUnits, format: PERCENT },
  { head: 'final loss', value: ({ finalLoss }) => finalLoss, format: PLAIN },
];

const FLIP_MEASURES: readonly Measure[] = [
  { head: 'flip rate', value: ({ flips }) => flips.flipRate, format: PERCENT },
  { head: 'weighted flip rate', value: ({ flips }) => flips.weightedFlipRate, format: PERCENT },
  {
    head: 'indeterminate',
    value: ({ flips }) => flips.indeterminate / flips.topCount,
    format: PERCENT,
  },
  { head: 'Spearman', value: ({ flips }) => flips.spearman ?? NaN, format: PLAIN },
  { head: 'top overlap', value: ({ flips }) => flips.topOverlap, format: PERCENT },
  { head: 'flip rate, control', value: ({ control }) => control?.flipRate ?? NaN, format: PERCENT },
  { head: 'Spearman, control', value: ({ control }) => control?.spearman ?? NaN, format: PLAIN },
];

/** At the largest width: how near each variant's network stays to its kernel, and how accurate both are. */
export function variantKernelTable(
  records: readonly VariantNetworkRecord[],
  { name, subject }: NetworkStudy,
): Table {
  return measuresTable(records, KERNEL_MEASURES, {
    name: `${name}-kernel`,
    caption: `${subject}: kernel and accuracy`,
    notes: [
      'Kernel error |K_{m} − K_{∞}|_{F} / |K_{∞}|_{F} at initialisation; kernel drift |K_{T} − K_{0}|_{F} / |K_{0}|_{F} after training.',
      'Accuracy on the test points, of the network and of kernel ridge regression with K_{∞}. Dead units: zero on every training point. Final loss: mean cross-entropy of the last epoch.',
    ],
  });
}

/** At the largest width: how many influences change sign under FGSM. */
export function variantFlipTable(
  records: readonly VariantNetworkRecord[],
  { name, subject }: NetworkStudy,
): Table {
  return measuresTable(records, FLIP_MEASURES, {
    name: `${name}-flips`,
    caption: `${subject}: influence flips under FGSM`,
    notes: [
      `Flip rate: share of the top ${percentNumber(records[0]?.flips.tau ?? NaN)} % of training points by |influence| whose influence on the test loss changes sign when they are replaced together by their FGSM versions; weighted: each by |influence before|.`,
      'Influence: exact leave-one-out in kernel ridge regression with the empirical kernel of the trained network.',
      'The attack’s gradient is exact, through every variant of attention, with the context held; scores after are those of the recomputed context.',
      'Indeterminate: share of that set whose influence lies within rounding of 0; no flip. Spearman: over all points. Top overlap: share of the set that stays in it.',
      'Control: the same between this network and one trained on the same clean data from another seed, the noise of the measure.',
      ...epsNotes(records),
    ],
  });
}

function measuresTable(
  records: readonly VariantNetworkRecord[],
  measures: readonly Measure[],
  { name, caption, notes }: Pick<Table, 'name' | 'caption' | 'notes'>,
): Table {
  const width = Math.max(...records.map((record) => record.width));
  return {
    name,
    caption: `${caption} at m = ${width}`,
    columns: ['', 'seeds', ...measures.map(({ head }) => head)],
    groups: byReading(
      records.filter((record) => record.width === width),
      (ofReading) =>
        byVariant(ofReading).map(([head, ofVariant]) => ({
          head,
          cells: [
            countCell([ofVariant.length]),
            ...measures.map(({ value, format }) => estimateCell(ofVariant.map(value), format)),
          ],
        })),
    ),
    notes: [
      ...notes,
      ...variantNotes(records.map(({ variant }) => variant)),
      ...networkNotes(records),
    ],
  };
}

function byReading(
  records: readonly VariantNetworkRecord[],
  rows: (ofReading: VariantNetworkRecord[]) => TableGroup['rows'],
): TableGroup[] {
  return readingsOf(records).map((title) => ({
    title,
    rows: rows(records.filter(({ reading }) => reading === title)),
  }));
}

/** The readings that the records have, in the order of every table. */
export function readingsOf(records: readonly VariantNetworkRecord[]): ReadingName[] {
  return (Object.keys(READING_DEFINITIONS) as ReadingName[]).filter((reading) =>
    records.some((record) => record.reading === reading),
  );
}

function epsNotes(records: readonly VariantNetworkRecord[]): string[] {
  return readingsOf(records).flatMap((reading) => {
    const first = records.find((record) => record.reading === reading);
    return first === undefined
      ? []
      : `${reading}: eps = ${first.flips.eps}, ${significant(first.flips.epsPixels)} in pixels in [0, 1].`;
  });
}

function networkNotes(records: readonly VariantNetworkRecord[]): string[] {
  const [first] = records;
  return [
    ...(first === undefined
      ? []
      : [
          `n = ${first.n}, ${first.q} test points, ridge ${first.ridge}, networks trained by cross-entropy.`,
        ]),
    ...readingsOf(records).map((reading) => READING_DEFINITIONS[reading]),
    'Mean and 95 % Student-t interval over seeds.',
  ];
}
