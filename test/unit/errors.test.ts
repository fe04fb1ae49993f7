import { describe, expect, it } from 'vitest';
import { ERROR_CODES, NtkitError, describe as shown, invalidArgument } from '../../src/errors.js';

describe('NtkitError', () => {
  it('is an Error with a code and, where there is one, a cause', () => {
    const cause = new Error('below');
    const error = new NtkitError('ERR_STORE', 'cannot write', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'NtkitError', code: 'ERR_STORE', cause });
    expect(String(error)).toBe('NtkitError: cannot write');
    expect(new NtkitError('ERR_STORE', 'cannot write').cause).toBeUndefined();
  });

  it('says its message in one line that cannot move a cursor', () => {
    const error = new NtkitError(
      'ERR_INVALID_ARGUMENT',
      'got "\r\n" \u001b[2J\u0085\u2028 in a\tb "é"',
    );
    expect(error.message).toBe('got "\\r\\n" \\u001b[2J\\u0085\\u2028 in a\\tb "é"');
  });

  it('has codes that are told apart by name', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
    for (const code of ERROR_CODES) expect(code).toMatch(/^ERR(_[A-Z]+)+$/);
  });
});

describe('invalidArgument', () => {
  it('says what was expected, for what, and what came', () => {
    const error = invalidArgument('positive integer', 'width', -3);
    expect(error).toBeInstanceOf(NtkitError);
    expect(error.code).toBe('ERR_INVALID_ARGUMENT');
    expect(error.message).toBe(
      'Expected positive integer for width but received -3 of type number',
    );
  });
});

describe('a received value', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [-3, '-3 of type number'],
    [NaN, 'NaN of type number'],
    [3n, '3 of type bigint'],
    [false, 'false of type boolean'],
    ['text', '"text" of type string'],
    ['two\nlines', '"two\\nlines" of type string'],
    [() => undefined, 'function'],
    [Symbol('a'), 'symbol'],
    [{ width: 3 }, 'Object'],
    [[1, 2], 'Array'],
    [new Map(), 'Map'],
    [new Float32Array(4), 'Float32Array of length 4'],
    [new DataView(new ArrayBuffer(4)), 'DataView'],
  ])('%o is shown as %s', (value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  it('is shortened when it is long', () => {
    expect(shown('x'.repeat(60))).toBe(`"${'x'.repeat(60)}" of type string`);
    expect(shown('x'.repeat(1000))).toBe(`"${'x'.repeat(57)}..." of type string`);
  });
});
