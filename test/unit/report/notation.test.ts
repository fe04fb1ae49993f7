import { describe, expect, it } from 'vitest';
import { notationMarkup } from '../../../src/report/html/notation.js';
import { notationParts, plainNotation } from '../../../src/report/notation.js';

const FORMULA = 'κ_{d}^{6} / eps^{2} & <n>';

describe('notation', () => {
  it('splits a text at its scripts', () => {
    expect(notationParts('a_{b}c')).toEqual([
      { text: 'a', script: 'none' },
      { text: 'b', script: 'sub' },
      { text: 'c', script: 'none' },
    ]);
  });

  it('drops the braces for a terminal', () => {
    expect(plainNotation(FORMULA)).toBe('κ_d^6 / eps^2 & <n>');
  });

  it('raises, lowers and escapes for a page', () => {
    expect(notationMarkup(FORMULA).source).toBe(
      'κ<sub>d</sub><sup>6</sup> / eps<sup>2</sup> &amp; &lt;n&gt;',
    );
  });

  it('leaves underscores and carets without braces alone', () => {
    expect(plainNotation('train_images^2')).toBe('train_images^2');
    expect(notationMarkup('train_images^2').source).toBe('train_images^2');
  });
});
