/** Whatever is wrong with an argument, the caller gets a typed error of one line that names it. */
import { afterAll, describe, expect, it } from 'vitest';
import { NtkitError } from '../../src/index.js';
import { callableNames, invoke, rightArguments } from '../support/calls.js';
import { CASES, WITHOUT_CASE } from '../support/cases.js';
import { removeCaseFiles } from '../support/data-cases.js';
import { reportFigure } from '../support/figures.js';
import { attemptsOf, outcomeOf, type Attempt, type Outcome } from './attempts.js';

const NAMES = Object.keys(CASES);
const attempts = NAMES.flatMap(attemptsOf);
const kinds = new Set(attempts.map(({ kind }) => kind));
/** Calls whose error was not typed, or none. */
let untyped = 0;

afterAll(() => {
  removeCaseFiles();
  reportFigure('bad-input-kinds', kinds.size, `${NAMES.length} exports`);
  reportFigure('bad-input-untyped', untyped, `of ${attempts.length} calls`);
});

it('has a valid call of everything that is exported', () => {
  expect([...NAMES, ...Object.keys(WITHOUT_CASE)].sort()).toEqual(callableNames().sort());
});

it('covers at least 60 kinds of bad input', () => {
  expect(kinds.size).toBeGreaterThanOrEqual(60);
});

describe.each(NAMES)('%s', (name) => {
  const complaints = async (part: keyof Outcome): Promise<string[]> => {
    const found: string[] = [];
    for (const attempt of attemptsOf(name)) {
      const complaint = (await outcomeOf(attempt))[part];
      if (complaint !== undefined) found.push(`${attempt.argument}, ${attempt.kind}: ${complaint}`);
    }
    return found;
  };

  it('does what is asked when nothing is wrong', async () => {
    await expect(invoke(name, rightArguments(name))).resolves.not.toThrow();
  });

  it('refuses every wrong argument by a typed error', async () => {
    const found = await complaints('untyped');
    untyped += found.length;
    expect(found).toEqual([]);
  });

  it('names the wrong argument in one line', async () => {
    expect(await complaints('unclear')).toEqual([]);
  });
});

describe('the check itself', () => {
  const attempt = (run: () => Promise<unknown>): Attempt => ({
    argument: 'X',
    kind: '',
    names: ['X'],
    run,
  });
  const rejecting = (error: Error): Attempt => attempt(async () => Promise.reject(error));

  it.each([
    ['a call that is accepted', attempt(async () => Promise.resolve(1)), 'was accepted'],
    ['an untyped error', rejecting(new TypeError('no')), 'threw TypeError: no'],
    [
      'an unknown code',
      rejecting(new NtkitError('ERR_X' as 'ERR_STORE', 'X')),
      'has the code ERR_X',
    ],
  ])('finds %s untyped', async (_, bad, untyped) => {
    expect(await outcomeOf(bad)).toEqual({ untyped });
  });

  it.each([
    ['two lines', 'X\nY', 'more than one line'],
    ['a page', 'X '.repeat(999), '1998 characters'],
    ['another name', 'Xt is bad', 'X not named: Xt is bad'],
  ])('finds %s unclear', async (_, message, unclear) => {
    // The class itself lets no message have two lines.
    const error = Object.assign(new NtkitError('ERR_STORE', ''), { message });
    const outcome = await outcomeOf(rejecting(error));
    expect(outcome.unclear).toContain(unclear);
  });

  it('finds nothing in a typed error that names the argument', async () => {
    const good = rejecting(new NtkitError('ERR_STORE', 'Expected a Matrix for X.rows'));
    expect(await outcomeOf(good)).toEqual({});
  });
});
