/** The cells of a sweep: every combination of the axes that a measure reads, with its key and what it needs. */
import { sha256 } from '../data/files.js';
import { NtkitError } from '../errors.js';
import { canonicalJson } from '../runs/canonical-json.js';
import { AXES, AXIS_NAMES, type AxisName, type Settings } from './config/axes.js';
import { issue, type SweepConfig } from './config/config.js';
import type { SweepData } from './data/sweep-data.js';
import type { CellRequest, DataShape, Measure, Needs, Values } from './measures/measure.js';
import { sampleWork } from './shared-work.js';

/** More cells were not meant. */
const MOST_CELLS = 200_000;

/** What distinguishes a cell from the others of its measure: data, axes, own parameters. */
export type Choice = Readonly<Record<string, number | string>>;

/** One cell before it runs. */
export interface PlannedCell {
  /** SHA-256 of measure, choice, data and numerics: equal keys mean equal bits. */
  readonly key: string;
  /** Name of its data set. */
  readonly data: string;
  /** What is measured. */
  readonly measure: Measure;
  /** With which values. */
  readonly request: CellRequest;
  /** Where the cell lies in the grid, axis by axis. */
  readonly choice: Choice;
  /** What progress calls it. */
  readonly label: string;
  /** What it costs and shares. */
  readonly needs: Needs;
  /** Cells of a group are claimed together; in hexadecimal. */
  readonly group: string;
}

/** A finished cell, as it is stored. */
export interface SweepCell {
  /** SHA-256 of everything that decides the values. */
  readonly key: string;
  /** Name of the measure. */
  readonly measure: string;
  /** Where the cell lies in the grid, axis by axis. */
  readonly choice: Choice;
  /** What was measured, by name. */
  readonly values: Values;
}

/** A data set as far as a plan needs it. */
export type PlannedData = DataShape & Pick<SweepData, 'hashes'>;

/**
 * Every cell that a config asks for on the given data sets.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when a list is given that no measure reads, a combination is impossible, or
 * there are too many cells.
 */
export function planCells(
  config: SweepConfig,
  data: readonly PlannedData[],
  measures: readonly Measure[],
  numerics: string,
): PlannedCell[] {
  refuseUnread(config, measures);
  const cells: PlannedCell[] = [];
  const varied = AXIS_NAMES.filter((name) => valuesAlone(config, name).length > 1);
  for (const measure of measures) {
    const points = combinations(config, measure);
    if (cells.length + points.length * data.length > MOST_CELLS) {
      throw issue(['measure'], `Expected at most ${MOST_CELLS} cells but received more`);
    }
    for (const set of data) {
      for (const point of points) {
        const label = labelOf(measure, set, point, varied, data.length > 1);
        cells.push({ ...planCell(measure, set, point, numerics), label });
      }
    }
  }
  return cells;
}

/** A finished cell as it is stored. */
export function storedCell({ key, measure, choice }: PlannedCell, values: Values): SweepCell {
  return { key, measure: measure.name, choice, values };
}

/** One cell; its label names its measure alone. */
export function planCell(
  measure: Measure,
  data: PlannedData,
  point: CellRequest,
  numerics: string,
): PlannedCell {
  const choice = choiceOf(measure, data, point);
  const needs = measure.needs?.(point, data) ?? ownNeeds(point.settings, data);
  const { name, revision } = measure;
  const { hashes } = data;
  const key = sha256(
    canonicalJson({ measure: name, revision, choice, hashes, numerics }, 'cell key'),
  );
  const group =
    needs.group === undefined
      ? key
      : sha256(canonicalJson({ hashes, group: needs.group }, 'group'));
  return {
    ...{ key, measure, choice, needs },
    data: data.name,
    request: point,
    label: name,
    group: group.slice(0, 32),
  };
}

function choiceOf(
  measure: Measure,
  data: PlannedData,
  { settings, parameters }: CellRequest,
): Choice {
  return {
    data: data.name,
    ...Object.fromEntries(measure.axes.map((name) => [name, settings[name]])),
    ...parameters,
  };
}

/** A measure that does not say what it takes is known by its sample alone. */
function ownNeeds(settings: Settings, data: DataShape): Needs {
  const sample = sampleWork(settings, data);
  return { cost: sample.cost, memory: sample.bytes, shared: [sample] };
}

/** The measure, the data where there are several, and what varies. */
function labelOf(
  measure: Measure,
  data: PlannedData,
  point: CellRequest,
  varied: readonly AxisName[],
  several: boolean,
): string {
  const choice = choiceOf(measure, data, point);
  const named = [...varied, ...Object.keys(point.parameters)];
  const parts = named.flatMap((axis) => {
    const value = choice[axis];
    if (value === undefined) return [];
    return [typeof value === 'string' ? value : `${axis} ${value}`];
  });
  return [measure.name, ...(several ? [data.name] : []), ...parts].join(', ');
}

/** Every combination of the axes that the measure reads; the others have their default. */
function combinations(config: SweepConfig, measure: Measure): CellRequest[] {
  const { pairs } = config;
  const paired =
    pairs === null
      ? []
      : (['sigma', 'epsUnits'] as const).filter((name) => measure.axes.includes(name));
  const defaults = Object.fromEntries(AXIS_NAMES.map((name) => [name, AXES[name].default]));
  const free = measure.axes.filter((name) => !paired.some((other) => other === name));
  const dimensions: (readonly Readonly<Record<string, number | string>>[])[] = [
    ...free.map((name) => config.axes[name].map((value) => ({ [name]: value }))),
    ...(paired.length === 0 ? [] : [projections(pairs ?? [], paired)]),
  ];
  const own = Object.entries(measure.parameters ?? {}).map(([name, values]) =>
    values.map((value) => ({ [name]: value })),
  );
  const parameterPoints = product(own);
  return product(dimensions).flatMap((values) =>
    parameterPoints.map((parameters) => ({
      settings: { ...defaults, ...values } as unknown as Settings,
      parameters,
    })),
  );
}

/** Each pair's part that a measure reads, once. */
function projections(
  pairs: readonly Pick<Settings, 'sigma' | 'epsUnits'>[],
  names: readonly ('sigma' | 'epsUnits')[],
): Readonly<Record<string, number | string>>[] {
  const points = pairs.map((pair) => Object.fromEntries(names.map((name) => [name, pair[name]])));
  return [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
}

function product(
  dimensions: readonly (readonly Readonly<Record<string, number | string>>[])[],
): Readonly<Record<string, number | string>>[] {
  const count = dimensions.reduce((total, values) => total * values.length, 1);
  if (count > MOST_CELLS) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected at most ${MOST_CELLS} cells but received ${count}`,
    );
  }
  return dimensions.reduce<Readonly<Record<string, number | string>>[]>(
    (points, values) => points.flatMap((point) => values.map((value) => ({ ...point, ...value }))),
    [{}],
  );
}

/** A list that nothing reads was meant for a measure that is not asked for. */
function refuseUnread(config: SweepConfig, measures: readonly Measure[]): void {
  for (const name of AXIS_NAMES) {
    if (valuesAlone(config, name).length < 2 || measures.some(({ axes }) => axes.includes(name)))
      continue;
    const asked = measures.map((measure) => measure.name).join(', ');
    throw issue(
      [name],
      `Expected a measure that depends on ${name}, of which there are several values, but received ${asked}`,
    );
  }
}

function valuesAlone({ axes, pairs }: SweepConfig, name: AxisName): readonly (number | string)[] {
  if (pairs === null || (name !== 'sigma' && name !== 'epsUnits')) return axes[name];
  return [...new Set(pairs.map((pair) => pair[name]))];
}
