/** Calls the package's functions by name, as the table of cases spells them. */
import * as ntkit from '../../src/index.js';
import type { Parameter } from './bad-inputs.js';
import { CASES, type Case } from './cases.js';

/** The names of everything that can be called: functions, static methods, methods and constructors. */
export function callableNames(): string[] {
  return Object.entries(ntkit).flatMap(([name, value]) => {
    if (typeof value !== 'function') return [];
    if (!isClass(value)) return [name];
    const prototype = value.prototype as object;
    return [
      `new ${name}`,
      ...methodsOf(value).map((method) => `${name}.${method}`),
      ...methodsOf(prototype).map((method) => `${name}#${method}`),
    ];
  });
}

function isClass(value: object): boolean {
  return Function.prototype.toString.call(value).startsWith('class');
}

function methodsOf(holder: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(holder))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name);
}

export function caseOf(name: string): Case {
  const found = CASES[name];
  if (found === undefined) throw new Error(`No case for ${name}`);
  return found;
}

/** Fresh right arguments, the options among them. */
export function rightArguments(name: string): unknown[] {
  const { parameters, options } = caseOf(name);
  const values = Object.values(parameters).map(({ right }) => right());
  return options === undefined ? values : [...values, rightOptions(options)];
}

/** A fresh object of right options. */
export function rightOptions(
  options: Readonly<Record<string, Parameter>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([key, { right }]) => [key, right()]));
}

/** Calls `name` and awaits the result. Methods are called on `receiver`, by default the case's own. */
export async function invoke(
  name: string,
  values: readonly unknown[],
  receiver?: unknown,
): Promise<unknown> {
  const { receiver: makeReceiver, use } = caseOf(name);
  const exported = ntkit as Record<string, unknown>;
  if (name.startsWith('new ')) {
    const constructor = exported[name.slice('new '.length)] as () => unknown;
    return use?.(Reflect.construct(constructor, values));
  }
  const [holder = '', method] = name.split(/[.#]/);
  if (method === undefined) return apply(exported[holder], undefined, values);
  const owner = name.includes('#') ? (receiver ?? (await makeReceiver?.())) : exported[holder];
  return apply((owner as Record<string, unknown>)[method], owner, values);
}

async function apply(
  callable: unknown,
  owner: unknown,
  values: readonly unknown[],
): Promise<unknown> {
  return (await Reflect.apply(callable as () => unknown, owner, values)) as unknown;
}
