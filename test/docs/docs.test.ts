/**
 * Every code block of the documents runs as it is written. Programs (`ts`) are compiled under the project's strict
 * options and run against the built package; what a comment says they print is what they print. Commands (`sh`) of
 * `ntkit` run in a folder that holds four small IDX files as `my-idx-files`; those of a block marked `long` are
 * parsed alone. Other commands must be scripts of the package.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.js';
import { ROOT, ensureBuilt } from '../support/built-package.js';
import { runNode } from '../support/child.js';
import { writeIdxFolder } from '../support/idx-files.js';
import { inert } from '../unit/cli/inert.js';
import { ntkit, temporaryFolder } from '../unit/cli/ntkit.js';
import { blocksOf, commandsOf, promisedLines, type Block } from './blocks.js';

/** Inside the package, so that programs import it by its name. */
const PROGRAMS = join(ROOT, 'build/docs-programs');
const LANGUAGES = ['ts', 'sh', 'json', 'yaml', 'text'];

const documents = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Entry extends Block {
  readonly document: string;
}
const entries: Entry[] = documents.flatMap((document) =>
  blocksOf(readFileSync(join(ROOT, document), 'utf8')).map((block) => ({ document, ...block })),
);
const where = ({ document, line }: Entry): string => `${document}:${line}`;
const programs = entries.filter(({ language }) => language === 'ts');
const shells = entries.filter(({ language }) => language === 'sh');

function fileOf({ document, line }: Entry): string {
  return join(PROGRAMS, `${basename(document, '.md')}-${line}.mts`);
}

const { folder, remove } = temporaryFolder();

beforeAll(() => {
  ensureBuilt();
  rmSync(PROGRAMS, { recursive: true, force: true });
  mkdirSync(PROGRAMS, { recursive: true });
  for (const entry of programs) writeFileSync(fileOf(entry), entry.code);
  // A file that commands read is a block with its name.
  for (const { language, flags, code } of entries) {
    const [name] = flags;
    if (language === 'yaml' && name !== undefined) writeFileSync(join(folder, name), code);
  }
  writeIdxFolder(join(folder, 'my-idx-files'), { train: 60, test: 60, side: 4, classes: 3 });
});

afterAll(() => {
  remove();
});

it('are of languages that this test knows', () => {
  const unknown = entries.filter(({ language }) => !LANGUAGES.includes(language));
  expect(unknown.map(where)).toEqual([]);
  expect(programs.length).toBeGreaterThan(5);
});

describe('programs', () => {
  it('have no error of types', () => {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
      ts.sys.readFile(path),
    ) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
    const files = programs.map(fileOf);
    const found = ts.getPreEmitDiagnostics(
      ts.createProgram(files, { ...options, rootDir: ROOT, noEmit: true }),
    );
    expect(found.map(({ file, messageText }) => [file?.fileName, messageText])).toEqual([]);
  });

  it.each(programs.map((entry) => [where(entry), entry] as const))('%s', async (_, entry) => {
    const { outputText } = ts.transpileModule(entry.code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const file = fileOf(entry).replace('.mts', '.mjs');
    writeFileSync(file, outputText);
    const { code, stdout, stderr } = await runNode(file, [], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const promised = promisedLines(entry.code);
    if (promised.length > 0) expect(stdout.trimEnd().split('\n')).toEqual(promised);
  });
});

describe('commands', () => {
  const scripts = new Set([
    ...Object.keys(
      (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
    ),
  ]);

  it.each(shells.map((entry) => [where(entry), entry] as const))('%s', async (_, entry) => {
    for (const command of commandsOf(entry.code)) {
      const [, script] = /^npm (?:run )?([a-z]+)$/.exec(command) ?? [];
      const [, line] = /^(?:npx )?ntkit (.*)$/.exec(command) ?? [];
      if (script !== undefined) expect(scripts, command).toContain(script);
      else if (line !== undefined) await check(words(line), entry);
      else expect(command).toMatch(/^(?:npm install ntkit|node scripts\/check\.mjs [\w ]+)$/);
    }
  });

  async function check(args: string[], { flags }: Entry): Promise<void> {
    inert(program()).parse(args, { from: 'user' });
    if (flags.includes('long')) return;
    const { code, stderr } = await ntkit(args, { cwd: folder });
    expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  }

  /** The words of a command; quotes hold spaces. */
  function words(line: string): string[] {
    return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  }
});

describe('the reading of blocks', () => {
  it('finds them, their promises and their commands', () => {
    const document =
      'Text\n```ts\nconsole.log(1); // prints 1\n```\n\n```sh long\n# how\nntkit a \\\n  --b  # c\n```\n';
    expect(blocksOf(document)).toMatchObject([
      { language: 'ts', flags: [], line: 2 },
      { language: 'sh', flags: ['long'], line: 6 },
    ]);
    expect(promisedLines(blocksOf(document)[0]?.code ?? '')).toEqual(['1']);
    expect(commandsOf(blocksOf(document)[1]?.code ?? '')).toEqual(['ntkit a --b']);
  });
});
