import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readdirSync } from 'node:fs';
import type { Command } from 'commander';
import { program } from '../../../src/cli/program.js';
import { packageVersion } from '../../../src/native/runtime.js';
import { ensureBuilt } from '../../support/built-package.js';
import { inert } from './inert.js';
import { failureLine, ntkit, temporaryFolder } from './ntkit.js';

/** The help of a command and of all below it. */
function helpOf(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return [text, ...command.commands.flatMap(helpOf)];
}

let folder: string;
let remove: () => void;

beforeAll(ensureBuilt);

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});

afterEach(() => {
  remove();
});

describe('help', () => {
  it('lists the commands', async () => {
    const { code, stdout, stderr } = await ntkit(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['reproduce', 'spectrum', 'report', 'data', 'doctor']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b.*\\w{3}`, 'm'));
    }
  });

  it.each(['reproduce', 'spectrum', 'report', 'data', 'doctor', 'completion'])(
    'of %s names its options and shows examples',
    async (command) => {
      const { code, stdout, stderr } = await ntkit([command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: ntkit ${command}`);
      expect(stdout).toContain('--debug');
      expect(stdout).toMatch(/^Examples:\n {2}\$ .*ntkit /m);
    },
  );

  it('shows examples that are right', () => {
    for (const line of helpOf(program()).flatMap((help) => help.match(/^ {2}\$ .*/gm) ?? [])) {
      const [, command] = /ntkit ([^)|#"<]+)/.exec(line) ?? [];
      if (command === undefined) continue;
      const root = inert(program());
      expect(() => root.parse(command.trim().split(' '), { from: 'user' }), line).not.toThrow();
    }
  });

  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('with %j is in colour: %s', async (env, colored) => {
    const { stdout } = await ntkit(['--help'], { env });
    expect(stdout.includes('\u001b[')).toBe(colored);
  });

  it.each([[[]], [['data']]])('is what ntkit %j shows', async (args) => {
    const { stdout, stderr } = await ntkit(args);
    expect(stdout + stderr).toContain('Usage: ntkit');
  });
});

describe('--version', () => {
  it('is that of the package', async () => {
    const { code, stdout } = await ntkit(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${packageVersion()}\n` });
  });
});

describe('doctor', () => {
  it('shows what was loaded', async () => {
    const { code, stdout, stderr } = await ntkit(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of [
      'ntkit',
      'node',
      'addon',
      'blas',
      'kernels',
      'threads',
      'memory',
      'self-test',
    ]) {
      expect(stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    }
  });

  it('says when OpenBLAS takes the CPU for an older one', async () => {
    const env = { OPENBLAS_CORETYPE: 'Prescott' };
    const { stdout } = await ntkit(['doctor', '--json'], { env });
    const { core, isa, betterCoreType } = JSON.parse(stdout) as Record<string, unknown>;
    const expected = core !== 'Prescott' ? null : isa === 'avx512' ? 'SkylakeX' : 'Haswell';
    expect(betterCoreType).toBe(isa === 'portable' ? null : expected);
    const text = (await ntkit(['doctor'], { env })).stdout;
    expect(text.includes('OPENBLAS_CORETYPE=')).toBe(betterCoreType !== null);
  });

  it('says the same as JSON', async () => {
    const { code, stdout } = await ntkit(['doctor', '--json']);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Record<string, unknown>;
    expect(found).toMatchObject({
      version: packageVersion(),
      addon: expect.stringMatching(/\.node$/) as unknown,
      blas: expect.stringContaining('BLAS') as unknown,
    });
    expect(found['selfTestError']).toBeLessThan(1e-14);
    expect(found['cores']).toBeGreaterThanOrEqual(1);
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown option', ['reproduce', '--wdiths', '8'], /'--wdiths' \(Did you mean --widths\?\)/],
    ['an unknown command', ['repoduce'], /'repoduce' \(Did you mean reproduce\?\)/],
    ['an unknown preset', ['reproduce', '--preset', 'huge'], /--preset.*'huge'.*quick/],
    [
      'an unknown data set',
      ['reproduce', '--dataset', 'imagenet'],
      /--dataset.*'imagenet'.*mnist, idx/,
    ],
    ['an unknown data set to verify', ['data', 'verify', 'imagenet'], /mnist, .*idx.*"imagenet"/],
    ['a width of 0', ['reproduce', '--widths', '0'], /--widths.*'0'.*at least 1/],
    ['a width of 0 among others', ['reproduce', '--widths', '8,0'], /--widths.*'8,0'/],
    ['an empty width', ['reproduce', '--widths', '8,,16'], /--widths.*'8,,16'/],
    ['a missing value', ['reproduce', '--widths'], /--widths.*missing/],
    ['a fraction of an epoch', ['reproduce', '--epochs', '1.5'], /--epochs.*'1\.5'/],
    ['a negative seed', ['reproduce', '--seeds', '-1'], /--seeds.*'-1'/],
    ['too few training points', ['reproduce', '--train', '9'], /--train.*'9'.*at least 10/],
    ['a radius of 0', ['reproduce', '--eps', '0'], /--eps.*'0'.*positive/],
    ['no number for a radius', ['reproduce', '--eps', 'large'], /--eps.*'large'.*positive/],
    ['an unknown progress mode', ['reproduce', '--progress', 'loud'], /--progress.*'loud'/],
    ['no threads', ['doctor', '--threads', '0'], /--threads/],
    ['too many threads', ['reproduce', '--threads', '2000'], /threads.*2000|2000.*threads/],
    ['data without a folder', ['reproduce', '--dataset', 'idx'], /folder/],
    ['no run to report', ['report'], /'run'/],
    ['an argument too many', ['doctor', 'now'], /argument/],
    ['an unknown decay', ['spectrum', '--synthetic', 'linear:1'], /--synthetic.*power:<rate>/],
  ])('by %s ends with 2 and one line that names it', async (_, args, line) => {
    expect(failureLine(await ntkit(args, { cwd: folder }), 2)).toMatch(line);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a failure', () => {
  it('of report on a missing folder ends with 1 and one line', async () => {
    const line = failureLine(await ntkit(['report', 'nowhere'], { cwd: folder }), 1);
    expect(line).toMatch(/nowhere.*\[ERR_STORE\]$/);
  });

  it('of data that is not there ends with 1 and one line', async () => {
    const args = ['spectrum', '--dataset', 'idx', '--data', 'nowhere'];
    const line = failureLine(await ntkit(args, { cwd: folder }), 1);
    expect(line).toMatch(/nowhere.*\[ERR_DATA_UNAVAILABLE\]$/);
  });

  it.each([[['--debug', 'report', 'nowhere']], [['report', 'nowhere', '--debug']]])(
    'shows its stack with --debug: %j',
    async (args) => {
      const { code, stderr } = await ntkit(args, { cwd: folder });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^ntkit: .*\n/);
      expect(stderr).toMatch(/^ {4}at .*manifest/m);
      expect(stderr).toContain('ENOENT');
    },
  );
});

describe('spectrum', () => {
  it('shows the condition numbers of data of a chosen spectrum', async () => {
    const args = ['spectrum', '--synthetic', 'power:2', '--n', '40', '--dim', '10', '--json'];
    const { code, stdout, stderr } = await ntkit(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { n, d, plain } = JSON.parse(stdout) as {
      n: number;
      d: number;
      plain: { kappaD: number };
    };
    expect([n, d]).toEqual([40, 10]);
    // Eigenvalues 1, 2^-2, ..., 10^-2.
    expect(plain.kappaD).toBeCloseTo(100, 8);
    const table = await ntkit(args.slice(0, -1));
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/kappa_d +100\.0/);
  });
});
