/** In a control group that is too small, operations are refused and the system kills nothing. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built-package.js';
import { MemoryGroup } from '../support/cgroup.js';
import { reportFigure } from '../support/figures.js';

const MEBIBYTES = 400;

beforeAll(ensureBuilt);

it(`${MEBIBYTES} MiB are never outgrown`, { timeout: 300_000 }, async ({ skip }) => {
  const group = MemoryGroup.create(MEBIBYTES * 2 ** 20);
  if (typeof group === 'string') return skip(`no control group can be made: ${group}`);
  try {
    const ended = await group.run(join(import.meta.dirname, 'children/outgrow.mjs'));
    const { code, signal, stderr, stdout } = ended;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    const { computed, refused, other } = JSON.parse(stdout) as {
      readonly computed: number;
      readonly refused: number;
      readonly other: readonly string[];
    };
    expect(other).toEqual([]);
    expect(computed).toBeGreaterThan(20);
    reportFigure('memory-group-refused', refused, `beside ${computed} calls that were computed`);
  } finally {
    await group.remove();
  }
});
