/** What a sweep is asked to do: the values of every axis, checked one by one. */
import { NtkitError, describe } from '../../errors.js';
import { READINGS } from '../../experiments/readings.js';
import { MEASURE_NAMES } from '../measures/names.js';
import { AXES, AXIS_NAMES, type AxisName, type AxisValues, type Settings } from './axes.js';
import { looksLikeRange, parseRange } from './ranges.js';
import { DATA_ENTRY, FILES_ENTRY, READING, SYNTHETIC_ENTRY, type DataEntry } from './schema.js';

/** One value of an axis, a list of them, or a range such as `4..4096 x2`. */
export type OneOrMore<Value> =
  | Value
  | (Value extends number ? string : never)
  | readonly (Value | (Value extends number ? string : never))[];

/** A sweep as it is asked for: in a file, or to {@link runSweep}. */
export type SweepRequest = {
  /** What reports call it. */
  readonly name?: string;
  /** Built-in measures, and the names of custom ones. Default `distance`. */
  readonly measure?: string | readonly string[];
  /** Data sets, by name, made up, or by path. */
  readonly data: DataEntry | readonly DataEntry[];
  /** The paper's sigma and epsUnits together. */
  readonly reading?: OneOrMore<'as-stated' | 'best-fit'>;
} & { readonly [Name in AxisName]?: OneOrMore<Settings[Name]> };

/** A sweep with every axis resolved. */
export interface SweepConfig {
  readonly name: string;
  readonly measures: readonly string[];
  readonly data: readonly DataEntry[];
  readonly axes: AxisValues;
  /** The pairs of sigma and epsUnits that `reading` stands for; null: every sigma with every unit. */
  readonly pairs: readonly Pick<Settings, 'sigma' | 'epsUnits'>[] | null;
  /** The axes that were given, the others have their defaults. */
  readonly given: readonly AxisName[];
}

/** What is wrong with a config, and where. */
export interface ConfigIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A config that does not fit, before it is known in which file it stood. */
export class ConfigError extends NtkitError {
  readonly issue: ConfigIssue;

  constructor(issue: ConfigIssue, where = '') {
    super('ERR_INVALID_ARGUMENT', `${issue.message}${where}`);
    this.issue = issue;
  }
}

const DEFAULT_MEASURE = 'distance';
const OTHER_KEYS = ['name', 'measure', 'data', 'reading'];
const KNOWN_DATA = "'mnist', 'cifar10', { path } or { name, synthetic }";

/**
 * Checks a config and fills in the defaults.
 *
 * @param custom - names of measures beside the built-in ones.
 * @throws NtkitError `ERR_INVALID_ARGUMENT` naming the key.
 */
export function sweepConfig(request: unknown, custom: readonly string[] = []): SweepConfig {
  const raw = requireKeys(request);
  const readings = valuesOf(raw, 'reading', "'as-stated' or 'best-fit'", (value) =>
    READING.safeParse(value),
  );
  const given = AXIS_NAMES.filter((name) => raw[name] !== undefined);
  if (readings !== undefined) refuseBeside('reading', ['sigma', 'epsUnits'], given);
  const axes = Object.fromEntries(
    AXIS_NAMES.map((name) => {
      const { value, expects, default: fallback } = AXES[name];
      const check = (item: unknown): { success: boolean; data?: unknown } => value.safeParse(item);
      return [
        name,
        valuesOf(raw, name, expects, check, typeof fallback === 'number') ?? [fallback],
      ];
    }),
  );
  return {
    name: textOf(raw['name']),
    measures: measuresOf(raw, [...MEASURE_NAMES, ...custom]),
    data: dataOf(raw),
    axes: axes as unknown as AxisValues,
    pairs:
      readings?.map((reading) => {
        const { scale: sigma, epsUnits } = READINGS[reading];
        return { sigma, epsUnits };
      }) ?? null,
    given,
  };
}

function requireKeys(request: unknown): Readonly<Record<string, unknown>> {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw issue(
      [],
      `Expected an object with data and axes for the sweep but received ${describe(request)}`,
    );
  }
  const known = [...OTHER_KEYS, ...AXIS_NAMES];
  for (const key of Object.keys(request)) {
    if (!known.includes(key)) {
      throw issue(
        [key],
        `Expected one of ${known.join(', ')} for a key but received ${describe(key)}`,
      );
    }
  }
  return request as Readonly<Record<string, unknown>>;
}

function textOf(name: unknown): string {
  if (name === undefined) return 'sweep';
  if (typeof name === 'string' && name.length > 0 && name.length <= 200) return name;
  throw issue(
    ['name'],
    `Expected a text of 1 to 200 characters for name but received ${describe(name)}`,
  );
}

/** The values of a key, one by one and each once; undefined when it is not given. */
function valuesOf<Value>(
  raw: Readonly<Record<string, unknown>>,
  key: string,
  expects: string,
  check: (value: unknown) => { success: boolean; data?: Value },
  ranges = false,
): Value[] | undefined {
  const given = raw[key];
  if (given === undefined) return undefined;
  const items = Array.isArray(given) ? given : [given];
  if (items.length === 0)
    throw issue([key], `Expected at least one ${expects} for ${key} but received none`);
  const values: Value[] = [];
  items.forEach((item: unknown, i) => {
    const path = Array.isArray(given) ? [key, i] : [key];
    for (const value of ranges ? expanded(item, path) : [item]) {
      const checked = check(value);
      const name = Array.isArray(given) ? `${key}[${i}]` : key;
      if (!checked.success)
        throw issue(path, `Expected ${expects} for ${name} but received ${describe(value)}`);
      // A cell computed twice would count as two.
      if (values.includes(checked.data as Value)) {
        throw issue(
          path,
          `Expected distinct values for ${key} but received ${describe(value)} twice`,
        );
      }
      values.push(checked.data as Value);
    }
  });
  return values;
}

function expanded(item: unknown, path: readonly (string | number)[]): unknown[] {
  if (typeof item !== 'string' || !looksLikeRange(item)) return [item];
  try {
    return parseRange(item);
  } catch (error) {
    throw issue(path, `${(error as Error).message} for ${path[0] ?? ''}`);
  }
}

function measuresOf(raw: Readonly<Record<string, unknown>>, known: readonly string[]): string[] {
  const expects = known.map((name) => `'${name}'`).join(' or ');
  const check = (value: unknown): { success: boolean; data?: string } =>
    typeof value === 'string' && known.includes(value)
      ? { success: true, data: value }
      : { success: false };
  return valuesOf(raw, 'measure', expects, check) ?? [DEFAULT_MEASURE];
}

function dataOf(raw: Readonly<Record<string, unknown>>): DataEntry[] {
  const given = raw['data'];
  const items: unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  if (items.length === 0)
    throw issue(['data'], `Expected ${KNOWN_DATA} for data but received none`);
  const entries = items.map((item, i) =>
    entryOf(item, Array.isArray(given) ? ['data', i] : ['data']),
  );
  const names = entries.map(dataName);
  const twice = names.findIndex((name, i) => names.indexOf(name) < i);
  if (twice >= 0) {
    throw issue(
      ['data', twice],
      `Expected distinct names for data but received ${describe(names[twice])} twice`,
    );
  }
  return entries;
}

/** Parsed by the one schema that the entry is meant for, so that its error names the key that is wrong. */
function entryOf(item: unknown, path: readonly (string | number)[]): DataEntry {
  if (typeof item !== 'object' || item === null) {
    const known = DATA_ENTRY.safeParse(item);
    if (known.success) return known.data;
    throw issue(path, `Expected ${KNOWN_DATA} for data but received ${describe(item)}`);
  }
  const parsed = ('synthetic' in item ? SYNTHETIC_ENTRY : FILES_ENTRY).safeParse(item);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const unknown = first?.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : [];
  const at = [...path, ...((first?.path ?? []) as (string | number)[]), ...unknown];
  throw issue(at, `Expected a valid ${at.join('.')}: ${first?.message ?? ''}`);
}

/** What results call a data set: its name, or the last part of its path. */
export function dataName(entry: DataEntry): string {
  if (typeof entry === 'string') return entry;
  if (entry.name !== undefined) return entry.name;
  const parts = ('path' in entry ? entry.path : '').split(/[\\/]/).filter((part) => part !== '');
  return parts.at(-1) ?? 'data';
}

function refuseBeside(key: string, others: readonly AxisName[], given: readonly AxisName[]): void {
  for (const other of others) {
    if (given.includes(other)) {
      throw issue(
        [other],
        `Expected ${key} or ${other} but received both: a ${key} fixes ${others.join(' and ')}`,
      );
    }
  }
}

export function issue(path: readonly (string | number)[], message: string): ConfigError {
  return new ConfigError({ path, message });
}
