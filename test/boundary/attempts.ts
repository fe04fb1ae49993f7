/** Calls with exactly one thing wrong, generated from the table of valid calls, and what became of them. */
import { ERROR_CODES, NtkitError } from '../../src/index.js';
import { noOptions, unknownKeys, type BadInput } from '../support/bad-inputs.js';
import { caseOf, invoke, rightArguments, rightOptions } from '../support/calls.js';

/** A call with one wrong argument. */
export interface Attempt {
  /** The wrong argument, as the caller spells it. */
  readonly argument: string;
  readonly kind: string;
  /** An error must name one of these. */
  readonly names: readonly string[];
  readonly run: () => Promise<unknown>;
}

/** Every call of a case with one thing wrong. */
export function attemptsOf(name: string): Attempt[] {
  const { parameters, options } = caseOf(name);
  return [
    ...Object.entries(parameters).flatMap(([argument, { bad }], position) =>
      bad.map((input) =>
        attempt(name, argument, input, () => rightArguments(name).with(position, input.value())),
      ),
    ),
    ...(options === undefined ? [] : wrongOptions(name)),
  ];
}

function wrongOptions(name: string): Attempt[] {
  const { options = {} } = caseOf(name);
  const withOptions = (value: unknown): unknown[] => rightArguments(name).with(-1, value);
  const withOption = (key: string, value: unknown): unknown[] =>
    withOptions({ ...rightOptions(options), [key]: value });
  return [
    ...Object.entries(options).flatMap(([key, { bad }]) =>
      bad.map((input) => attempt(name, key, input, () => withOption(key, input.value()))),
    ),
    ...noOptions.map((input) => attempt(name, 'options', input, () => withOptions(input.value()))),
    ...Object.entries(unknownKeys).map(([kind, key]) => {
      const shown = JSON.stringify(key).slice(1, -1);
      return attempt(name, shown, { kind }, () => withOption(key, 1));
    }),
  ];
}

function attempt(
  name: string,
  argument: string,
  { kind, part = argument, relative = false }: Omit<BadInput, 'value'>,
  values: () => unknown[],
): Attempt {
  const names = relative ? [part, ...matricesOf(name)] : [part];
  return { argument: part, kind, names, run: async () => invoke(name, values()) };
}

/** Whatever an argument may not fit. */
function matricesOf(name: string): string[] {
  const { parameters, options = {}, fitting = [] } = caseOf(name);
  return [...Object.keys(parameters), ...Object.keys(options), ...fitting];
}

/** How a wrong argument was met. */
export interface Outcome {
  /** Why it was not refused by a typed error; `undefined` when it was. */
  readonly untyped?: string;
  /** What is wrong with the typed error's message; `undefined` when nothing is. */
  readonly unclear?: string;
}

export async function outcomeOf({ names, run }: Attempt): Promise<Outcome> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof NtkitError)) return { untyped: `threw ${shown(error)}` };
    if (!ERROR_CODES.includes(error.code))
      return { untyped: `has the code ${error.code as string}` };
    return unclearness(error.message, names);
  }
  return { untyped: 'was accepted' };
}

/** A line that a person reads to its end. */
const LONGEST = 400;

function unclearness(message: string, names: readonly string[]): Outcome {
  if (/[\r\n]/.test(message)) return { unclear: `more than one line: ${JSON.stringify(message)}` };
  if (message.length > LONGEST) return { unclear: `${message.length} characters` };
  const words: readonly string[] = message.match(/[\w\\]+/g) ?? [];
  if (names.some((name) => words.includes(name))) return {};
  return { unclear: `${names.join(' or ')} not named: ${message}` };
}

function shown(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.slice(0, 80)}` : typeof error;
}
