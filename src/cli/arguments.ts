/** Values of command-line options, parsed and refused by name. */
import { InvalidArgumentError, Option } from 'commander';
import { datasetNames } from '../data/registry.js';

const MAX_THREADS = 1024;
const MODES = ['auto', 'bar', 'plain', 'json', 'none'] as const;

/** A whole number of at least `least` and at most `most`. */
export function integer(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const range =
    most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`;
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Expected an integer ${range}.`);
    }
    return value;
  };
}

/** Whole numbers of at least `least`, separated by commas. */
export function integers(least: number): (text: string) => number[] {
  return (text) => text.split(',').map((item) => integer(least)(item));
}

/** Some of the known names, separated by commas. */
export function names(known: readonly string[]): (text: string) => string[] {
  return (text) =>
    text.split(',').map((name) => {
      if (known.includes(name)) return name;
      throw new InvalidArgumentError(`Expected one or more of ${known.join(', ')}.`);
    });
}

/** A positive number. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('Expected a positive number.');
  }
  return value;
}

/** Options that several commands share. */
export const sharedOptions = {
  dataset: (): Option =>
    new Option(
      '--dataset <name>',
      'data set; fashion-mnist and idx are the four IDX files in --data',
    )
      .choices(datasetNames)
      .default('mnist'),
  data: (): Option =>
    new Option('--data <folder>', 'folder with the data: IDX files, or CIFAR-10 as binary batches'),
  offline: (): Option => new Option('--offline', 'never fetch data'),
  threads: (): Option =>
    new Option(
      '--threads <count>',
      'threads of numeric work (default: the cores this process may use)',
    ).argParser(integer(1, MAX_THREADS)),
  progress: (): Option =>
    new Option('--progress <mode>', 'bar on a terminal, plain lines elsewhere, json lines, or none')
      .choices(MODES)
      .default('auto'),
  json: (): Option => new Option('--json', 'print the result as JSON'),
};

/** `--memory`: a process's own limit. */
export function memoryOption(): Option {
  return new Option(
    '--memory <bytes>',
    'memory that the process may take, e.g. 8GiB (default: 80 % of what is available)',
  ).argParser(bytes);
}

function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB|TiB)?$/.exec(text);
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const value = Number(match?.[1]) * 1024 ** Math.max(0, units.indexOf(match?.[2] ?? 'B'));
  if (match === null || !(value > 0)) {
    throw new InvalidArgumentError('Expected a size such as 8GiB.');
  }
  return Math.floor(value);
}
