import { describe, expect, it } from 'vitest';
import { alignedLine, grid } from '../../../src/report/text/columns.js';

describe('grid', () => {
  it('has columns as wide as their longest field, and no blank at the end of a line', () => {
    const rows = [['a', 'width', ''], ['longer', '8', 'x'], ['... 3 more']];
    expect(grid(rows)).toBe('a           width\nlonger      8      x\n... 3 more\n');
  });
});

describe('a line', () => {
  it('is padded before it is dressed', () => {
    const dress = (padded: string, column: number): string =>
      column === 1 ? `[${padded}]` : padded;
    expect(alignedLine(['a', 'b', 'c'], [2, 3, 1], dress)).toBe('a   [b  ]  c');
  });
});
