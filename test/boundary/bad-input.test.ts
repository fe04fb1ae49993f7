/** Whatever is wrong with an argument, the caller gets a typed error of one line that names it. */
import { describe, expect, it } from 'vitest';
import { NtkitError } from '../../src/index.js';
import { CASES, WITHOUT_CASE } from '../support/cases.js';
import { attemptsOf, callRight, callableNames, complaintAbout, type Attempt } from './attempts.js';

const NAMES = Object.keys(CASES);
const attempts = NAMES.flatMap(attemptsOf);
const kinds = new Set(attempts.map(({ kind }) => kind));
console.info(`${kinds.size} kinds of bad input, ${attempts.length} calls`);

it('has a valid call of everything that is exported', () => {
  expect([...NAMES, ...Object.keys(WITHOUT_CASE)].sort()).toEqual(callableNames().sort());
});

it('covers at least 60 kinds of bad input', () => {
  expect(kinds.size).toBeGreaterThanOrEqual(60);
});

describe.each(NAMES)('%s', (name) => {
  it('does what is asked when nothing is wrong', async () => {
    await expect(callRight(name)).resolves.not.toThrow();
  });

  it('refuses every wrong argument by a typed error of one line that names it', async () => {
    const complaints: string[] = [];
    for (const attempt of attemptsOf(name)) {
      const complaint = await complaintAbout(attempt);
      if (complaint !== undefined) {
        complaints.push(`${attempt.argument}, ${attempt.kind}: ${complaint}`);
      }
    }
    expect(complaints).toEqual([]);
  });
});

describe('the check itself', () => {
  const attempt = (run: () => Promise<unknown>): Attempt => ({ argument: 'X', kind: '', run });
  const rejecting = (error: unknown) => attempt(async () => Promise.reject(error as Error));

  it.each([
    ['a call that is accepted', attempt(async () => Promise.resolve(1)), 'was accepted'],
    ['an untyped error', rejecting(new TypeError('no')), 'threw TypeError: no'],
    [
      'an unknown code',
      rejecting(new NtkitError('ERR_OTHER' as 'ERR_STORE', 'X')),
      'has the unknown code ERR_OTHER',
    ],
    ['two lines', rejecting(new NtkitError('ERR_STORE', 'X\nY')), 'more than one line'],
    ['a page', rejecting(new NtkitError('ERR_STORE', 'X '.repeat(999))), '1998 characters'],
    ['another name', rejecting(new NtkitError('ERR_STORE', 'Xt is bad')), 'does not name X'],
  ])('complains about %s', async (_, bad, complaint) => {
    expect(await complaintAbout(bad)).toContain(complaint);
  });

  it('has no complaint about a typed error that names the argument', async () => {
    const good = rejecting(new NtkitError('ERR_STORE', 'Expected a Matrix for X.rows'));
    expect(await complaintAbout(good)).toBeUndefined();
  });
});
