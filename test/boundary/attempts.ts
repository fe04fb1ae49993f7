/** Calls with exactly one thing wrong, generated from the table of valid calls, and what became of them. */
import * as ntkit from '../../src/index.js';
import { badOptions, unknownKeys, type Parameter } from '../support/bad-inputs.js';
import { CASES, type Case } from '../support/cases.js';

/** A call with one wrong argument. */
export interface Attempt {
  /** The wrong argument, as the caller spells it: an error must name it. */
  readonly argument: string;
  readonly kind: string;
  readonly run: () => Promise<unknown>;
}

type Arguments = () => unknown[];

/** The names of everything that can be called: functions, static methods, methods and constructors. */
export function callableNames(): string[] {
  return Object.entries(ntkit).flatMap(([name, value]) => {
    if (typeof value !== 'function') return [];
    if (!isClass(value)) return [name];
    const own = (holder: object, separator: string): string[] =>
      Object.entries(Object.getOwnPropertyDescriptors(holder))
        .filter(([key, { value: member }]) => typeof member === 'function' && key !== 'constructor')
        .map(([key]) => `${name}${separator}${key}`);
    return [`new ${name}`, ...own(value, '.'), ...own(value.prototype as object, '#')];
  });
}

function isClass(value: object): boolean {
  return Function.prototype.toString.call(value).startsWith('class');
}

/** The valid call of a case. */
export async function callRight(name: string): Promise<unknown> {
  const { parameters, options } = caseOf(name);
  return invoke(name, () => [
    ...rightValues(parameters),
    ...(options === undefined ? [] : [rightOptions(options)]),
  ]);
}

/** Every call of a case with one thing wrong. */
export function attemptsOf(name: string): Attempt[] {
  const { parameters, options = {} } = caseOf(name);
  const attempt = (argument: string, kind: string, make: Arguments): Attempt => ({
    argument,
    kind,
    run: async () => invoke(name, make),
  });
  const positional = Object.entries(parameters).flatMap(([argument, { bad }], position) =>
    bad.map(({ kind, value, part = argument }) =>
      attempt(part, kind, () => [
        ...rightValues(parameters).with(position, value()),
        rightOptions(options),
      ]),
    ),
  );
  const withOptions =
    (value: () => unknown): Arguments =>
    () => [...rightValues(parameters), value()];
  const optional = Object.entries(options).flatMap(([key, { bad }]) =>
    bad.map(({ kind, value, part = key }) =>
      attempt(
        part,
        kind,
        withOptions(() => ({ ...rightOptions(options), [key]: value() })),
      ),
    ),
  );
  if (caseOf(name).options === undefined) return positional;
  return [
    ...positional,
    ...optional,
    ...badOptions.map(({ kind, value }) => attempt('options', kind, withOptions(value))),
    ...unknownKeys.map(({ kind, value }) => {
      const key = value() as string;
      const shown = JSON.stringify(key).slice(1, -1);
      return attempt(
        shown,
        kind,
        withOptions(() => ({ ...rightOptions(options), [key]: 1 })),
      );
    }),
  ];
}

function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined) throw new Error(`No case for ${name}`);
  return found;
}

function rightValues(parameters: Readonly<Record<string, Parameter>>): unknown[] {
  return Object.values(parameters).map(({ right }) => right());
}

function rightOptions(options: Readonly<Record<string, Parameter>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([key, { right }]) => [key, right()]));
}

async function invoke(name: string, make: Arguments): Promise<unknown> {
  const { receiver, use } = caseOf(name);
  const [kind, holder, member] = parseName(name);
  const owner = (ntkit as Record<string, unknown>)[holder];
  if (kind === 'new') {
    const built: unknown = Reflect.construct(owner as () => unknown, make());
    return use?.(built);
  }
  const target = kind === '#' ? await receiver?.() : owner;
  const callable = kind === '' ? owner : (target as Record<string, unknown>)[member];
  return (await Reflect.apply(callable as () => unknown, target, make())) as unknown;
}

/** Splits `Class.method`, `Class#method`, `new Class` and `function`. */
function parseName(name: string): [kind: '.' | '#' | 'new' | '', holder: string, member: string] {
  if (name.startsWith('new ')) return ['new', name.slice(4), ''];
  const separator = /[.#]/.exec(name)?.[0];
  if (separator === undefined) return ['', name, ''];
  const [holder = '', member = ''] = name.split(separator);
  return [separator as '.' | '#', holder, member];
}

/** What is wrong with the way a wrong argument was refused; `undefined` when nothing is. */
export async function complaintAbout({ argument, run }: Attempt): Promise<string | undefined> {
  let error: unknown;
  try {
    await run();
    return 'was accepted';
  } catch (caught) {
    error = caught;
  }
  if (!(error instanceof ntkit.NtkitError)) return `threw ${shown(error)}`;
  const { code, message } = error;
  if (!ntkit.ERROR_CODES.includes(code)) return `has the unknown code ${String(code)}`;
  if (/[\r\n]/.test(message)) return `has more than one line: ${JSON.stringify(message)}`;
  if (message.length > LONGEST) return `has a message of ${message.length} characters`;
  const names = message.match(/[\w\\]+/g) ?? [];
  return names.includes(argument) ? undefined : `does not name ${argument}: ${message}`;
}

/** A line that a person reads to its end. */
const LONGEST = 400;

function shown(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.slice(0, 80)}` : typeof error;
}
