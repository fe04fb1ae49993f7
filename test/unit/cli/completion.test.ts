/** The scripts of `ntkit completion`, run by the shells themselves. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../support/built-package.js';
import { failureLine, ntkit, temporaryFolder } from './ntkit.js';

const { folder, remove } = temporaryFolder();

beforeAll(async () => {
  ensureBuilt();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await ntkit(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(join(folder, shell), stdout);
  }
  mkdirSync(join(folder, 'runs'));
  writeFileSync(join(folder, 'rules.txt'), '');
});

afterAll(remove);

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit']);
    return true;
  } catch {
    return false;
  }
}

function run(shell: string, script: string): string[] {
  const output = execFileSync(shell, ['-c', script], { cwd: folder, encoding: 'utf8' });
  return output.split('\n').filter((line) => line !== '');
}

/** What bash offers for the last of the words. */
function bash(...words: string[]): string[] {
  const line = ['ntkit', ...words].map((word) => `'${word}'`).join(' ');
  return run(
    'bash',
    `source ./bash; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _ntkit; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
}

const CASES: [string, string[], string[]][] = [
  ['a command', ['re'], ['reproduce', 'report']],
  ['a command of a command', ['data', ''], ['list', 'get', 'verify']],
  ['an option', ['reproduce', '--pl'], ['--plan']],
  ['an option of a command of a command', ['data', 'verify', '--j'], ['--json']],
  ['the value of an option', ['reproduce', '--preset', 's'], ['standard']],
  ['an argument of a few', ['completion', 'z'], ['zsh']],
  ['a folder', ['report', 'ru'], ['runs', 'rules.txt']],
  ['a folder of an option', ['spectrum', '--data', 'run'], ['runs']],
];

describe.runIf(has('bash'))('in bash', () => {
  it.each(CASES)('completes %s', (_, words, expected) => {
    expect(bash(...words).filter((word) => word !== 'help')).toEqual(
      expect.arrayContaining(expected),
    );
    expect(bash(...words)).not.toContain('--version');
  });

  it('takes --option=value as bash splits it', () => {
    expect(bash('reproduce', '--preset', '=', 'qu')).toEqual(['quick']);
    expect(bash('reproduce', '--preset', '=')).toContain('paper');
  });

  it('offers nothing for a number', () => {
    expect(bash('reproduce', '--train', '')).toEqual([]);
  });

  it('knows every option that the help of a command lists', async () => {
    const { stdout } = await ntkit(['reproduce', '--help']);
    const options = stdout
      .match(/^ +(?:-\w, )?(--[\w-]+)/gm)
      ?.map((line) => line.trim().split(' ').at(-1));
    expect(options).toContain('--debug');
    expect(options?.length).toBeGreaterThan(10);
    expect(bash('reproduce', '--')).toEqual(
      expect.arrayContaining(options?.filter((option) => option !== '--version') ?? []),
    );
  });
});

describe.runIf(has('fish'))('in fish', () => {
  it.each(CASES)('completes %s', (_, words, expected) => {
    const line = ['ntkit', ...words].join(' ');
    const offered = run('fish', `source ./fish; complete -C '${line}'`);
    const found = offered.map((entry) => entry.split('\t')[0]?.replace(/\/$/, ''));
    expect(found).toEqual(expect.arrayContaining(expected));
  });
});

describe.runIf(has('zsh'))('in zsh', () => {
  /** The completion system's two functions, replaced by ones that print what they are given. */
  const STUBS =
    `compdef() { }; _files() { print -l -- *(N) }; _describe() { print -l -- \${\${(P)2}%%:*} }; ` +
    `source ./zsh; `;

  it.each(CASES)('completes %s', (_, words, expected) => {
    const line = ['ntkit', ...words].map((word) => `'${word}'`).join(' ');
    const offered = run('zsh', `${STUBS} words=(${line}); CURRENT=${words.length + 1}; _ntkit`);
    // zsh itself leaves out what does not begin as the word does.
    const begun = offered.filter((word) => word.startsWith(words.at(-1) ?? ''));
    expect(begun).toEqual(expect.arrayContaining(expected));
  });
});

describe('an unknown shell', () => {
  it('is refused with the known ones', async () => {
    const line = failureLine(await ntkit(['completion', 'tcsh']), 2);
    expect(line).toMatch(/tcsh.*bash, zsh, fish/);
  });
});
