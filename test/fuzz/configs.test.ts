/** Whatever a sweep's file says, it is a config or one typed error, and nothing of it reaches a prototype. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { NtkitError } from '../../src/errors.js';
import { AXIS_NAMES } from '../../src/sweeps/config/axes.js';
import { readConfigFile } from '../../src/sweeps/config/config-file.js';
import { sweepConfig } from '../../src/sweeps/config/config.js';
import { repeat } from '../support/effort.js';
import { damaged, drawFrom } from './mutate.js';

const folder = mkdtempSync(join(tmpdir(), 'ntkit-config-fuzz-'));
const untouched = Object.getOwnPropertyNames(Object.prototype).sort();

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function expectConfigOrTypedError(check: () => unknown): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof NtkitError)) throw error;
    expect(error.message).not.toMatch(/[\r\n]/);
  }
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(untouched);
  expect({}).not.toHaveProperty('polluted');
}

const HOSTILE = ['__proto__', 'constructor', 'prototype', 'toString', 'polluted', ''];
const key = fc.constantFrom(...AXIS_NAMES, 'measure', 'data', 'name', 'synthetic', ...HOSTILE);
const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.constantFrom('mnist', 'relu', '4..32 x2', '1e9..1e12 x1.0001', 'kernel', true, null),
);
/** Values as JSON.parse gives them: `__proto__` is a key as any other there. */
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.array(fc.tuple(key, tie('any')), { maxLength: 6 }).map((entries) => {
    const text = entries.map(([name, inner]) => `${JSON.stringify(name)}:${asJson(inner)}`);
    return JSON.parse(`{${text.join()}}`) as unknown;
  }),
}));

function asJson(inner: unknown): string {
  return JSON.stringify(inner, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? null : part,
  );
}

describe('sweepConfig', () => {
  it('answers any value', { timeout: 3_600_000 }, () =>
    fc.assert(
      fc.asyncProperty(value.any, async (content) =>
        expectConfigOrTypedError(() => sweepConfig(content)),
      ),
      { numRuns: repeat(500, 200_000) },
    ),
  );
});

describe('readConfigFile', () => {
  const FILES = [
    'data: mnist\nwidth: 4..64 x2\nseed: [0, 1, 2]\nmeasure: [kernel, flips]\n',
    '{"data": "cifar10", "width": [4, 8], "model": "attention", "eps": "0.1..0.3 +0.1"}\n',
    'base: &b {width: 4}\nseed: *b\n"__proto__": {polluted: 1}\n',
    '<<: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n',
  ].map((text) => Buffer.from(text));
  const path = join(folder, 'sweep.yaml');

  it('answers any text', { timeout: 3_600_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        writeFileSync(path, damaged(FILES, drawFrom(seed)));
        await expectConfigOrTypedError(async () => {
          const { content, locate } = await readConfigFile(path);
          await locate(async () => Promise.resolve(sweepConfig(content)));
        });
      }),
      { numRuns: repeat(300, 100_000) },
    ),
  );
});
