/** What a run was asked to do, on which data and machine, and where its time went. */
import type { MachineRecord, ReproduceConfig, RunRecord } from '../../experiments/results.js';
import { MODEL_LABELS } from '../labels.js';
import { textCell } from '../table.js';
import type { Table } from '../table.js';
import { timeTable } from '../tables/time.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { tableMarkup } from './table.js';

/** Settings of single parts, shown when the run has the part. */
const PART_FIELDS = ['dynamics', 'truth', 'multiverse'] as const;

const CONFIG_LABELS: Readonly<
  Record<Exclude<keyof ReproduceConfig, (typeof PART_FIELDS)[number]>, string>
> = {
  preset: 'preset',
  datasets: 'data sets',
  parts: 'parts',
  trainCount: 'training points',
  testCount: 'test points',
  widths: 'widths m',
  seeds: 'seeds',
  models: 'models',
  readings: 'readings',
  influenceWidth: 'width for influence',
  attacks: 'attacks',
  eps: 'eps (unit by reading)',
  epsilons: 'eps of the epsilon part',
  conditionCounts: 'points of condition numbers',
  conditionDraws: 'draws of each, a seed',
  theoryCount: 'points of the theory part',
  truncationRanks: 'ranks of truncated attention',
  variantWidths: 'widths behind variants of attention',
  variantReadings: 'readings behind variants of attention',
  tau: 'top share tau',
  ridge: 'ridge',
  epochs: 'epochs',
  adversarialEpochs: 'epochs of adversarial training',
  batchSize: 'batch size',
  learningRate: 'learning rate',
  weightDecay: 'L2 regularisation',
  trainPrecision: 'training precision',
};

const MACHINE_LABELS: Readonly<Record<keyof MachineRecord, string>> = {
  package: 'ntkit',
  node: 'Node.js',
  platform: 'platform',
  blas: 'BLAS',
  core: 'BLAS core',
  isa: 'instruction set',
  threads: 'threads',
};

/** Configuration, data hashes, machine and stage times. */
export function configurationMarkup(run: RunRecord): Markup {
  const models = run.config.models.map((model) => MODEL_LABELS[model]);
  const tables = [
    pairTable('configuration', 'Configuration', [
      ...labelled(CONFIG_LABELS, { ...run.config, models }),
      ...PART_FIELDS.filter((part) => run.config.parts.includes(part)).map(
        (part): [string, string] => [`the ${part} part`, settingsText(run.config[part])],
      ),
    ]),
    pairTable('machine', 'Machine and build', labelled(MACHINE_LABELS, run.machine)),
    timeTable(run),
  ];
  return html`<p>Command: <code>${run.command}</code></p>
    <div class="columns">${tables.map(tableMarkup)}</div>
    ${tableMarkup(pairTable('hashes', 'Data files (SHA-256)', Object.entries(run.dataHashes)))}`;
}

function labelled<Field extends string>(
  labels: Readonly<Record<Field, string>>,
  values: Readonly<Record<NoInfer<Field>, unknown>>,
): [string, string][] {
  const fields = Object.keys(labels) as Field[];
  return fields.map((field) => {
    const value = values[field];
    const text = Array.isArray(value) ? value.join(', ') : String(value);
    return [labels[field], text === '' ? 'none' : text];
  });
}

/** Nested settings on one line. */
function settingsText(settings: object): string {
  return Object.entries(settings as Record<string, unknown>)
    .map(([field, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? `${field} (${settingsText(value)})`
        : `${field} ${Array.isArray(value) ? value.join(', ') : String(value)}`,
    )
    .join('; ');
}

function pairTable(name: string, caption: string, pairs: readonly [string, string][]): Table {
  return {
    name,
    caption,
    columns: ['name', 'value'],
    groups: [{ rows: pairs.map(([head, value]) => ({ head, cells: [textCell(value)] })) }],
    notes: [],
  };
}
