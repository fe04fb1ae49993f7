import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/report/index.js';
import { textMarkdown } from '../../../src/report/markdown/table.js';
import { fakeRun } from './fixture.js';

const text = renderMarkdown(fakeRun());

/** The lines below a heading, up to the next one. */
function sectionOf(document: string, title: string): string[] {
  const lines = document.split('\n');
  const start = lines.indexOf(title);
  if (start < 0) throw new Error(`No heading ${title}`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('#'));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).filter(Boolean);
}

describe('renderMarkdown', () => {
  it('says what ran, on what', () => {
    expect(text).toContain('- Command: `ntkit reproduce --preset paper --dataset mnist`');
    expect(text).toContain('- Seeds: 0, 1, 2');
    expect(text).toContain('- Widths: 16, 64, 256, 1024; influence and flip rates at m = 1024');
    expect(text).toContain('- Training: 500 epochs of Adam, batches of 128, learning rate 0.001');
    expect(text).toContain('- Machine: linux x64, 8 threads, avx512');
    expect(text).toMatch(/^- SHA-256 of train-labels-idx1-ubyte: `65a50cb\w+`$/m);
  });

  it("lists what did not reproduce with our interval and the paper's number", () => {
    const lines = sectionOf(text, '## What did not reproduce');
    expect(lines.find((line) => line.includes('MLP-Attn: distance rises'))).toMatch(
      /^- NTK distance, mnist, best-fit: MLP-Attn: distance rises .*Ours -[\d.]+ \\\[-[\d.]+, -[\d.]+\\\]; paper 10\.3 → 33\.3 → 43\.4, accepted slope above 0\.$/,
    );
    expect(lines.every((line) => /^- [^:]*, mnist/.test(line))).toBe(true);
    const undecided = sectionOf(text, '## What these seeds cannot tell');
    expect(undecided.filter((line) => lines.includes(line))).toEqual([]);
  });

  it('has the table of each part, as wide in every row, with its definitions', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const columns = (line: string): number => line.split(/(?<!\\)\|/).length;
    let width = 0;
    for (const [i, row] of rows.entries()) {
      if (rows[i + 1]?.startsWith('| ---') === true) width = columns(row);
      expect(columns(row), row).toBe(width);
    }
    expect(text).toMatch(/\| m = 16 \| 3 \| [\d.]+ \\\[.*\\\] \| .* \| 45\.1 \|/);
    expect(text).toContain('- Slope: least squares over log2 m');
  });

  it('names what an unfinished run lacks, and lists nothing as not reproduced without a cell', () => {
    const empty = renderMarkdown(fakeRun({ status: 'incomplete', cells: [] }));
    expect(empty).toContain('**This run did not finish: mnist spectrum 0 of 12 cells');
    expect(sectionOf(empty, '## What did not reproduce')).toEqual(['Nothing.']);
  });
});

describe('textMarkdown', () => {
  it('leaves no character that would be markup, but for code spans', () => {
    expect(textMarkdown('|a| *b* <i> [x]\n`c_d`')).toBe('\\|a\\| \\*b\\* \\<i\\> \\[x\\] `c_d`');
    expect(textMarkdown('κ_{d}^{3}')).toBe('κ\\_d^3');
  });
});
