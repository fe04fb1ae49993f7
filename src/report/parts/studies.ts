/** The studies of spectra, theory and attention variants: from records to what the report shows of each. */
import type {
  AttentionStudyRecord,
  VariantNetworkRecord,
} from '../../experiments/parts/attention-study-results.js';
import type { SpectrumStudyRecord } from '../../experiments/parts/spectrum-study-results.js';
import type { TheoryRecord } from '../../experiments/parts/theory-results.js';
import type { Claim } from '../claims.js';
import type { FigurePlan } from '../figures/figure.js';
import type { Table } from '../table.js';
import { conditionFigure, cubeFigure } from './spectrum-study-figures.js';
import {
  collapseTable,
  cubeTable,
  equalSizeTable,
  layersTable,
  predictedWidthTable,
  sampleSizeTable,
} from './spectrum-study.js';
import {
  attentionStudyClaims,
  spectrumStudyClaims,
  theoryClaims,
  truncationClaims,
} from './study-claims.js';
import { approximationTable, influenceSensitivityTable, sensitivityTable } from './theory.js';
import { variantDistanceFigure } from './variant-figure.js';
import {
  variantDistanceTable,
  variantFlipTable,
  variantKernelTable,
  variantSpectrumTable,
} from './variants.js';

/** What one study adds to a report; what has no record yet is left out. */
export interface StudyReport {
  readonly tables: readonly Table[];
  readonly figures: readonly FigurePlan[];
  readonly claims: readonly Claim[];
}

/** Condition numbers, the cube, stacks of layers; truncation from the networks without and with (truncated) attention. */
export function spectrumStudyReport(
  records: readonly (SpectrumStudyRecord | VariantNetworkRecord)[],
): StudyReport {
  const conditions = ofKind(records, 'condition');
  const cubes = ofKind(records, 'cube');
  const layers = ofKind(records, 'layers');
  const networks = ofKind(records, 'variant-network');
  return {
    tables: [
      ...from(conditions, [sampleSizeTable, equalSizeTable, predictedWidthTable]),
      ...from(cubes, [cubeTable, collapseTable]),
      ...from(layers, [layersTable]),
      ...networkTables(networks, 'truncation'),
    ],
    figures: drawn(
      conditionFigure(conditions),
      cubeFigure(cubes),
      variantDistanceFigure(networks, 'truncation'),
    ),
    claims: [...spectrumStudyClaims(cubes, layers), ...truncationClaims(networks)],
  };
}

/** The propositions on sensitivity and approximation. */
export function theoryReport(records: readonly TheoryRecord[]): StudyReport {
  const sensitivity = ofKind(records, 'sensitivity');
  const influence = ofKind(records, 'influence-sensitivity');
  const approximations = ofKind(records, 'approximation');
  return {
    tables: [
      ...from(sensitivity, [sensitivityTable]),
      ...from(influence, [influenceSensitivityTable]),
      ...from(approximations, [approximationTable]),
    ],
    figures: [],
    claims: theoryClaims(sensitivity, influence, approximations),
  };
}

/** Linearized attention against its variants. */
export function attentionStudyReport(records: readonly AttentionStudyRecord[]): StudyReport {
  const spectra = ofKind(records, 'variant-spectrum');
  const networks = ofKind(records, 'variant-network');
  return {
    tables: [...from(spectra, [variantSpectrumTable]), ...networkTables(networks, 'variants')],
    figures: drawn(variantDistanceFigure(networks, 'variants')),
    claims: attentionStudyClaims(spectra, networks),
  };
}

function networkTables(networks: readonly VariantNetworkRecord[], name: string): Table[] {
  return from(networks, [
    (records) => variantDistanceTable(records, 'initial', name),
    (records) => variantDistanceTable(records, 'trained', name),
    (records) => variantKernelTable(records, name),
    (records) => variantFlipTable(records, name),
  ]);
}

/** The records of one kind, in ascending seed. */
function ofKind<Item extends { readonly kind: string; readonly seed: number }, Kind extends string>(
  records: readonly Item[],
  kind: Kind & Item['kind'],
): Extract<Item, { kind: Kind }>[] {
  const isKind = (record: Item): record is Extract<Item, { kind: Kind }> => record.kind === kind;
  return records.filter(isKind).sort((a, b) => a.seed - b.seed);
}

function from<Item>(
  records: readonly Item[],
  tables: readonly ((records: readonly Item[]) => Table)[],
): Table[] {
  return records.length === 0 ? [] : tables.map((table) => table(records));
}

function drawn(...plans: readonly (FigurePlan | null)[]): FigurePlan[] {
  return plans.filter((plan) => plan !== null);
}
