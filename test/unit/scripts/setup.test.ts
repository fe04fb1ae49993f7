import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');

interface Step {
  isCurrent(root: string): boolean;
  run(root: string, signal?: AbortSignal): Promise<void>;
}
interface LockOptions {
  signal?: AbortSignal;
  onWait?: (pid: number) => void;
}

const { withLock } = (await import(join(SCRIPTS, 'setup/lock.mjs'))) as {
  withLock: <T>(folder: string, work: () => Promise<T>, options?: LockOptions) => Promise<T>;
};
const { stampedStep } = (await import(join(SCRIPTS, 'setup/stamp.mjs'))) as {
  stampedStep: (step: {
    title: string;
    stamp: string;
    output: string;
    hashInputs: (root: string) => string;
    build: (root: string) => Promise<void>;
  }) => Step;
};
const { dependencies } = (await import(join(SCRIPTS, 'setup/dependencies.mjs'))) as {
  dependencies: Step;
};
const { hashFiles } = (await import(join(SCRIPTS, 'support/files.mjs'))) as {
  hashFiles: (root: string, paths: string[], facts?: unknown[]) => string;
};
const { runQuietly } = (await import(join(SCRIPTS, 'support/command.mjs'))) as {
  runQuietly: (
    command: string,
    args: string[],
    options?: { signal?: AbortSignal },
  ) => Promise<string>;
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-setup-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a module in a process of its own and returns its exit code. */
function runModule(source: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('close', resolve));
}

/** A process id that belonged to a process which has ended. */
function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  return new Promise((resolve) =>
    child.on('close', () => {
      resolve(child.pid ?? 0);
    }),
  );
}

describe('the set-up lock', () => {
  it('admits one process at a time', async () => {
    const lock = join(folder, 'lock');
    const log = join(folder, 'log');
    const source = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withLock } from ${JSON.stringify(pathToFileURL(join(SCRIPTS, 'setup/lock.mjs')).href)};
      for (let turn = 0; turn < 3; turn++) {
        await withLock(${JSON.stringify(lock)}, async () => {
          appendFileSync(${JSON.stringify(log)}, 'enter ');
          await sleep(20);
          appendFileSync(${JSON.stringify(log)}, 'leave ');
        });
      }`;
    const codes = await Promise.all([runModule(source), runModule(source), runModule(source)]);
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('enter leave '.repeat(9));
    expect(readdirSync(folder)).toEqual(['log']);
  });

  it('is taken over from a process that died', async () => {
    const lock = join(folder, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, String(await deadPid())), '');
    expect(await withLock(lock, () => Promise.resolve(readdirSync(lock)))).toEqual([
      String(process.pid),
    ]);
    expect(existsSync(lock)).toBe(false);
  });

  it('names the holder it waits for and stops waiting when told to', async () => {
    const lock = join(folder, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, String(process.ppid)), '');
    const stop = new AbortController();
    const holders: number[] = [];
    const waiting = withLock(lock, () => Promise.resolve(), {
      signal: stop.signal,
      onWait: (pid) => {
        holders.push(pid);
        stop.abort();
      },
    });
    await expect(waiting).rejects.toThrow('aborted');
    expect(holders).toEqual([process.ppid]);
    expect(readdirSync(lock)).toEqual([String(process.ppid)]);
  });

  it('is given back when the work fails', async () => {
    const lock = join(folder, 'lock');
    const failing = withLock(lock, () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect(existsSync(lock)).toBe(false);
  });
});

describe('a stamped step', () => {
  function step(build: () => Promise<void>): Step {
    return stampedStep({
      title: 'copy',
      stamp: 'state/copy',
      output: 'output',
      hashInputs: (root) => hashFiles(root, ['input']),
      build,
    });
  }
  const copy = (): Promise<void> => {
    writeFileSync(join(folder, 'output'), 'built');
    return Promise.resolve();
  };

  beforeEach(() => {
    mkdirSync(join(folder, 'input'));
    writeFileSync(join(folder, 'input/a'), 'one');
  });

  it('is current after its run, until an input changes or its output is gone', async () => {
    const built = step(copy);
    expect(built.isCurrent(folder)).toBe(false);
    await built.run(folder);
    expect(built.isCurrent(folder)).toBe(true);
    expect(readdirSync(join(folder, 'state'))).toEqual(['copy']);

    writeFileSync(join(folder, 'input/a'), 'two');
    expect(built.isCurrent(folder)).toBe(false);
    await built.run(folder);
    rmSync(join(folder, 'output'));
    expect(built.isCurrent(folder)).toBe(false);
  });

  it('has no stamp after a run that failed', async () => {
    await step(copy).run(folder);
    const failing = step(() => Promise.reject(new Error('interrupted')));
    await expect(failing.run(folder)).rejects.toThrow('interrupted');
    expect(failing.isCurrent(folder)).toBe(false);
  });

  it('is not current when an input changed while it ran', async () => {
    const raced = step(async () => {
      await copy();
      writeFileSync(join(folder, 'input/a'), 'edited meanwhile');
    });
    await raced.run(folder);
    expect(raced.isCurrent(folder)).toBe(false);
  });
});

describe('the npm packages', () => {
  const locked = {
    '': { name: 'ntkit' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
  };

  function writePackages(installed: object | undefined): void {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
    if (installed === undefined) return;
    mkdirSync(join(folder, 'node_modules'));
    const record = join(folder, 'node_modules/.package-lock.json');
    writeFileSync(record, JSON.stringify({ packages: installed }));
  }

  it.each([
    ['all packages', { a: '1.0.0', b: '2.0.0' }, true],
    ['an optional package missing', { a: '1.0.0' }, true],
    ['a package missing', { b: '2.0.0' }, false],
    ['another version', { a: '1.0.1' }, false],
    ['a package that the lock does not know', { a: '1.0.0', c: '3.0.0' }, false],
  ])('with %s', (_, versions, current) => {
    const entries = Object.entries(versions).map(([name, version]) => [
      `node_modules/${name}`,
      { version, integrity: `sha512-${name}` },
    ]);
    writePackages(Object.fromEntries(entries) as object);
    expect(dependencies.isCurrent(folder)).toBe(current);
  });

  it('with other content under the same version', () => {
    writePackages({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-other' } });
    expect(dependencies.isCurrent(folder)).toBe(false);
  });

  it('with nothing installed', () => {
    writePackages(undefined);
    expect(dependencies.isCurrent(folder)).toBe(false);
  });
});

describe('the hash of files', () => {
  it('depends on names, contents and facts, not on other files', () => {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/x'), '1');
    const hash = hashFiles(folder, ['a'], ['node 20']);
    writeFileSync(join(folder, 'other'), '1');
    expect(hashFiles(folder, ['a'], ['node 20'])).toBe(hash);
    expect(hashFiles(folder, ['a'], ['node 22'])).not.toBe(hash);
    renameSync(join(folder, 'a/x'), join(folder, 'a/y'));
    expect(hashFiles(folder, ['a'], ['node 20'])).not.toBe(hash);
  });
});

describe('a quiet command', () => {
  it('returns what it printed', async () => {
    expect(await runQuietly('sh', ['-c', 'echo out; echo err >&2'])).toBe('out\nerr\n');
  });

  it('fails with its exit code and keeps its output', async () => {
    await expect(runQuietly('sh', ['-c', 'echo reason; exit 3'])).rejects.toMatchObject({
      message: 'sh ended with exit code 3',
      output: 'reason\n',
    });
  });

  it('fails when the program is missing', async () => {
    await expect(runQuietly('ntkit-no-such-program', [])).rejects.toThrow('cannot run');
  });

  it('ends its whole process group on abort', async () => {
    const stop = new AbortController();
    const mark = join(folder, 'mark');
    const running = runQuietly('sh', ['-c', `(sleep 0.5; touch ${mark}) & wait`], {
      signal: stop.signal,
    });
    await sleep(100);
    stop.abort();
    await expect(running).rejects.toThrow('ended with SIGTERM');
    await sleep(600);
    expect(existsSync(mark)).toBe(false);
  });
});
