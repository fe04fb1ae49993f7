/** The script of `ntkit plan --sbatch`, run by a real Slurm of one machine. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { runNode } from '../support/child.js';
import { TestSlurm, hasSlurm } from '../support/slurm.js';

const CLI = join(ROOT, 'dist/cli/main.js');
const CHILDREN = join(import.meta.dirname, 'children');
const CONFIG = join(CHILDREN, 'kills.json');

let folder: string;

beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'ntkit-sbatch-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function script(count: number, out: string): Promise<string> {
  const args = ['plan', CONFIG, '--sbatch', `${count}`, '--out', out, '--threads', '1'];
  const { code, stdout, stderr } = await runNode(CLI, args);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('ntkit plan --sbatch', () => {
  it('prints an array whose tasks are shards of one folder, warned before their time is over', async () => {
    const lines = (await script(3, "runs/it's")).split('\n');
    expect(lines[0]).toBe('#!/bin/sh');
    expect(lines).toContain('#SBATCH --array=0-2');
    expect(lines).toContain('#SBATCH --cpus-per-task=1');
    expect(lines).toContain('#SBATCH --time=5');
    // Without B: Slurm warns the steps of a job, of which this has none, and not its script.
    expect(lines).toContain('#SBATCH --signal=B:TERM@60');
    const [mem] = lines.filter((line) => line.startsWith('#SBATCH --mem='));
    const megabytes = Number(/^#SBATCH --mem=(\d+)M$/.exec(mem ?? '')?.[1]);
    expect(megabytes).toBeGreaterThan(100);
    expect(megabytes).toBeLessThan(1000);
    expect(lines.slice(-5).join('\n')).toBe(
      `exec ntkit sweep '${CONFIG}' \\\n  --out 'runs/it'\\''s' \\\n` +
        '  --shard "$SLURM_ARRAY_TASK_ID/3" \\\n  --threads "$SLURM_CPUS_PER_TASK" --progress plain\n',
    );
  });

  it('is run by a real scheduler to the same bytes', { timeout: 300_000 }, async (context) => {
    if (!hasSlurm) {
      const reason =
        'NOT RUN: no slurmctld and slurmd here that root may start (apt-get install slurm-wlm)';
      console.warn(reason);
      context.skip(reason);
    }
    const reference = join(folder, 'reference');
    const alone = await runNode(join(CHILDREN, 'sweep.mjs'), [
      reference,
      readFileSync(CONFIG, 'utf8'),
    ]);
    expect(alone.code, alone.stderr).toBe(0);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'ntkit'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
    chmodSync(join(bin, 'ntkit'), 0o755);
    const run = join(folder, 'run');
    writeFileSync(join(folder, 'array.sh'), await script(3, run));
    const slurm = await TestSlurm.start(bin);
    try {
      console.info((await slurm.run('sbatch', ['--wait', 'array.sh'], folder)).trim());
    } finally {
      await slurm.end();
    }
    const logs = readdirSync(folder).filter((name) => /^ntkit-sweep-\d+-[0-2]\.log$/.test(name));
    expect(logs).toHaveLength(3);
    const said = logs.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    expect(readFileSync(join(run, 'results.jsonl'), 'utf8'), said).toBe(
      readFileSync(join(reference, 'results.jsonl'), 'utf8'),
    );
  });
});
