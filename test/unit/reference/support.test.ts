import { describe, expect, it } from 'vitest';
import { expectClose } from '../../support/expect-close.js';
import { caseA } from '../../support/golden.js';
import { parseNpy } from '../../support/npy.js';

/** An .npy file of version 1.0 with the given header and elements. */
function npy(header: string, elements: readonly number[]): Uint8Array {
  const padded = `${header}${' '.repeat(117 - header.length)}\n`;
  const preamble = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(118, 0)}`, 'latin1');
  const body = Buffer.from(Float64Array.from(elements).buffer);
  return Buffer.concat([preamble, Buffer.from(padded, 'latin1'), body]);
}

const HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";

describe('parseNpy', () => {
  it('reads shape and elements', () => {
    const { shape, data } = parseNpy(npy(HEADER, [1, -2.5, 3, 4, 5, 6]));
    expect(shape).toEqual([2, 3]);
    expect([...data]).toEqual([1, -2.5, 3, 4, 5, 6]);
    expect(parseNpy(npy(HEADER.replace('(2, 3)', '(2,)'), [7, 8])).shape).toEqual([2]);
  });

  it.each([
    ['single precision', npy(HEADER.replace('<f8', '<f4'), [1, 2, 3]), 'Expected a float64 array'],
    ['Fortran order', npy(HEADER.replace('False', 'True'), [1, 2, 3, 4, 5, 6]), 'in C order'],
    ['missing elements', npy(HEADER, [1, 2, 3, 4, 5]), 'Expected 6 float64 elements'],
    ['surplus elements', npy(HEADER, [1, 2, 3, 4, 5, 6, 7]), 'Expected 6 float64 elements'],
    ['another file', Buffer.from('{"shape": [2, 3]}'), 'Expected an .npy file'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseNpy(bytes)).toThrow(message);
  });
});

describe('caseA', () => {
  it('refuses an array of another dimension', () => {
    expect(() => caseA().matrix('ev')).toThrow('Expected 2 dimensions for ev but received 1');
  });
});

describe('expectClose', () => {
  it('accepts equal shapes within the tolerance', () => {
    expectClose(Float64Array.of(1, 2), [1 + 1e-12, 2], 1e-11);
    expectClose([[1e9 + 1]], [[1e9]], 1e-8);
    expectClose({ toArray: () => [[1, 2]] }, [[1, 2]], 0);
  });

  it.each([
    ['a distant element', [1, 2.1], [1, 2], 'at 1'],
    ['NaN', [NaN, 1], [0, 1], 'received NaN'],
    ['another length', [1, 2, 3], [1, 2], 'shape'],
    ['another nesting', [1, 2], [[1, 2]], 'shape'],
    ['null', null, 1, 'received null'],
  ])('rejects %s', (_, actual, expected, message) => {
    expect(() => {
      expectClose(actual, expected, 1e-3);
    }).toThrow(message);
  });
});
