import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BENCH, load, type Row } from './modules.js';

const { KERNELS } = await load<{ KERNELS: { name: string }[] }>('kernels/index.mjs');

function bench(...args: string[]) {
  return spawnSync(process.execPath, [join(BENCH, 'main.mjs'), ...args], { encoding: 'utf8' });
}

interface Report {
  limits: Record<string, number>;
  peers: Record<string, { missing?: string }>;
  speed: Row[];
  growth: { kernel: string; points: { peak: number; bound: number; within: boolean }[] }[];
}

describe('npm run bench -- --quick, without Python', () => {
  let folder: string;
  let output: ReturnType<typeof bench>;
  let report: Report;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ntkit-bench-test-'));
    const json = join(folder, 'report.json');
    const python = join(folder, 'python3');
    output = bench('--quick', '--peers', 'numpy', '--python', python, '--json', json);
    report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('succeeds', () => {
    expect(output.stderr).toBe('');
    expect(output.status).toBe(0);
  });

  it('states versions, threads and the limits it measured', () => {
    expect(output.stdout).toMatch(/^ntkit \d+\.\d+\.\d+, OpenBLAS/);
    expect(output.stdout).toMatch(/\d+ threads for everybody, on cores /);
    expect(output.stdout).toContain('Limits measured now: multiply-adds');
    expect(report.limits['fmaDouble']).toBeGreaterThan(0);
  });

  it('names the missing peer at the top and in every row where it belongs', () => {
    expect(output.stdout).toContain('Peer not found: numpy, scipy (');
    expect(report.peers['numpy']?.missing).toContain('python3');
    const missing = report.speed.filter(({ problem }) => problem === 'not found');
    expect(missing.length).toBeGreaterThanOrEqual(KERNELS.length - 1);
  });

  it('times every kernel, and shows its share of the limit', () => {
    const timed = report.speed.filter(({ ours, seconds }) => ours === true && Number(seconds) > 0);
    expect(new Set(timed.map(({ kernel }) => kernel))).toEqual(
      new Set(KERNELS.map(({ name }) => name)),
    );
    const limited = timed.filter(({ kernel }) => kernel !== 'binding');
    for (const { limit } of limited) expect(limit).toBeGreaterThan(0);
  });

  it('measures peak memory of every kernel beside its bound', () => {
    expect(report.growth.map(({ kernel }) => kernel)).toEqual(
      KERNELS.map(({ name }) => name).filter((name) => name !== 'binding'),
    );
    for (const { points } of report.growth) {
      for (const { bound, within } of points) {
        expect(bound).toBeGreaterThan(0);
        expect(within).toBe(true);
      }
    }
  });
});

describe('wrong usage', () => {
  it.each([
    [['nonesuch'], 'Expected kernels out of gram, '],
    [['--quick', '--full'], 'Expected at most one of --quick, --full'],
    [['--rounds', '0'], 'Expected a positive integer'],
    [['--peers', 'numpy,excel'], 'Expected names out of numpy, '],
  ])('%j ends with 2 and says what was expected', (args, message) => {
    const { status, stderr } = bench(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
