import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgress, type Progress, type ProgressMode } from '../../../src/runs/progress.js';
import { formatDuration } from '../../../src/runs/progress/text.js';

interface Watched {
  readonly progress: Progress;
  /** Moves the clock on. */
  readonly wait: (seconds: number) => void;
  /** Everything written so far. */
  readonly text: () => string;
  readonly lines: () => string[];
}

function watch(mode: ProgressMode, totalCost: number, isTTY = false): Watched {
  let milliseconds = 5_000_000;
  let written = '';
  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written += chunk;
      done();
    },
  });
  const stream = Object.assign(sink, { isTTY });
  return {
    progress: createProgress({ mode, stream, totalCost, now: () => milliseconds }),
    wait: (seconds) => {
      milliseconds += 1000 * seconds;
    },
    text: () => written,
    lines: () => written.split('\n').slice(0, -1),
  };
}

describe('createProgress', () => {
  it('weighs the time left by cost, not by cells', () => {
    const { progress, wait, lines } = watch('plain', 100);
    progress.start('3 cells');
    wait(10);
    progress.advance(20, 'small');
    wait(50);
    progress.advance(60, 'large');
    wait(20);
    progress.advance(20, 'last');
    progress.finish();
    expect(lines()).toEqual([
      '3 cells',
      '20 % | 40 s left | small',
      '80 % | 15 s left | large',
      '100 % | 0 s left | last',
      '100 % | ended after 1 min 20 s | 3 cells',
    ]);
  });

  it('shows a finished cell at once and work inside a cell once a second', () => {
    const { progress, wait, lines } = watch('plain', 1000);
    progress.start('run');
    for (let step = 0; step < 20; step++) {
      wait(0.25);
      progress.advance(10);
    }
    progress.advance(10, 'first');
    progress.advance(10, 'second');
    expect(lines().map((line) => line.replace(/ \|.*\| /, ' '))).toEqual([
      'run',
      '4 % run',
      '8 % run',
      '12 % run',
      '16 % run',
      '20 % run',
      '21 % first',
      '22 % second',
    ]);
  });

  it('does not know the time left before anything is done', () => {
    const { progress, lines } = watch('plain', 10);
    progress.start('run');
    progress.advance(0, 'free');
    expect(lines().at(-1)).toBe('0 % | time left unknown | free');
  });

  it('says how far a run came that stops early', () => {
    const { progress, wait, lines } = watch('plain', 3);
    progress.start('run');
    wait(4000);
    progress.advance(1, 'a');
    progress.finish();
    expect(lines().at(-1)).toBe('33 % | ended after 1 h 6 min | run');
  });

  it('reaches 100 % when the costs miss their total by rounding', () => {
    const { progress, lines } = watch('plain', 0.3);
    progress.start('run');
    [0.1, 0.1, 0.1 - 1e-16].forEach((cost) => {
      progress.advance(cost, 'cell');
    });
    expect(lines().at(-1)).toMatch(/^100 % \| 0 s left/);
  });

  it('writes no control characters to a log', () => {
    const { progress, text } = watch('plain', 1);
    progress.start('a\u001b[2Jb\nc');
    progress.advance(1, 'd\re');
    progress.finish();
    expect(text().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('writes one JSON object a line', () => {
    const { progress, wait, lines } = watch('json', 4);
    progress.start('run');
    wait(3);
    progress.advance(1, 'cell\n1');
    progress.finish();
    expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([
      { event: 'start', label: 'run', fraction: 0, elapsedSeconds: 0, secondsLeft: null },
      {
        event: 'advance',
        finished: 'cell\n1',
        label: 'run',
        fraction: 0.25,
        elapsedSeconds: 3,
        secondsLeft: 9,
      },
      { event: 'finish', label: 'run', fraction: 0.25, elapsedSeconds: 3, secondsLeft: 9 },
    ]);
  });

  it('writes nothing in mode none', () => {
    const { progress, text } = watch('none', 1, true);
    progress.start('run');
    progress.advance(1, 'cell');
    progress.finish();
    expect(text()).toBe('');
  });

  it.each<ProgressMode>(['auto', 'bar'])('draws a bar on a terminal in mode %s', (mode) => {
    const { progress, wait, text } = watch(mode, 10, true);
    progress.start('run');
    expect(text()).toContain(`[${'-'.repeat(30)}] 0 % | time left unknown | run`);
    wait(10);
    progress.advance(5, 'cell');
    wait(4);
    progress.finish();
    expect(text()).toContain(`[${'='.repeat(15)}${'-'.repeat(15)}] 50 % | 6 s left | cell`);
  });

  it.each<ProgressMode>(['auto', 'bar'])('writes plain lines elsewhere in mode %s', (mode) => {
    const { progress, lines } = watch(mode, 1);
    progress.start('run');
    progress.advance(1, 'cell');
    progress.finish();
    expect(lines()).toEqual(['run', '100 % | 0 s left | cell', '100 % | ended after 0 s | run']);
  });

  it.each([-1, NaN, Infinity])('refuses a cost of %d', (cost) => {
    const refused = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as unknown;
    expect(() => watch('none', cost)).toThrow(refused);
    const { progress } = watch('none', 1);
    expect(() => {
      progress.advance(cost);
    }).toThrow(refused);
  });
});

describe('formatDuration', () => {
  it.each([
    [0.4, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [190, '3 min 10 s'],
    [3599.9, '1 h 0 min'],
    [90_061, '25 h 1 min'],
  ])('writes %d seconds as %s', (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });
});
