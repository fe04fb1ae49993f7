/** Reading a sweep's file: YAML, JSON, or a module that exports the config. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, isMap, parseDocument, type Document } from 'yaml';
import { NtkitError } from '../../errors.js';
import { ConfigError, type ConfigIssue } from './config.js';

/** A longer file was not written by hand. */
const MAX_BYTES = 2 ** 20;

/** A file's content, not checked yet. */
export interface ConfigFile {
  readonly path: string;
  readonly content: unknown;
  /** Runs a check of the content; its error says in which line of the file the wrong value stands. */
  readonly locate: <Result>(check: () => Promise<Result>) => Promise<Result>;
}

const MODULES = ['.ts', '.mts', '.js', '.mjs'];

/**
 * Reads `sweep.yaml`, `sweep.json`, or the default export of `sweep.ts`, `.mts`, `.js` or `.mjs`. A TypeScript module is
 * run by Node itself where it can (22.18 and later), otherwise through the `typescript` package of the file's project.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT` when there is no such file, it is no text of its kind, or has no default
 * export.
 */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  const path = resolve(file);
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isFile() !== true)
    throw refused(`Expected a sweep's file but there is none at ${path}`);
  if (entry.size > MAX_BYTES) {
    throw refused(
      `Expected a sweep's file of at most ${MAX_BYTES} bytes but ${path} has ${entry.size}`,
    );
  }
  if (MODULES.includes(extname(path))) return readModule(path);
  return readDocument(path, await readFile(path, 'utf8'));
}

function readDocument(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  // JSON is YAML, but for tabs before a value; one parser knows the lines of both.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    throw refused(`${sentence(error.message)} (${basename(path)}, line ${line})`);
  }
  const content = contentOf(document, path);
  return {
    path,
    content,
    locate: async (check) => {
      try {
        return await check();
      } catch (error_) {
        if (!(error_ instanceof ConfigError)) throw error_;
        const line = lineOf(document, lines, error_.issue);
        throw new ConfigError(error_.issue, ` (${basename(path)}, line ${line})`);
      }
    },
  };
}

function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw refused(`${sentence((error as Error).message)} (${basename(path)})`);
  }
}

/** The line of the nearest value on the path, or of its key. */
function lineOf(document: Document, lines: LineCounter, { path }: ConfigIssue): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => String(key) === String(last))
      : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as
      { range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

async function readModule(path: string): Promise<ConfigFile> {
  const typed = path.endsWith('ts');
  const module =
    typed && !stripsTypes() ? await importTranspiled(path) : await importFile(path, path);
  if (!('default' in module)) throw refused(`Expected a default export in ${path} but found none`);
  const name = basename(path);
  return {
    path,
    content: module.default,
    locate: async (check) => {
      try {
        return await check();
      } catch (error) {
        throw error instanceof ConfigError ? new ConfigError(error.issue, ` (${name})`) : error;
      }
    },
  };
}

function stripsTypes(): boolean {
  return 'typescript' in process.features && process.features.typescript !== false;
}

async function importFile(path: string, shown: string): Promise<object> {
  try {
    return (await import(pathToFileURL(path).href)) as object;
  } catch (cause) {
    const { message } = cause as Error;
    const why = message.split('\n')[0] ?? '';
    throw new NtkitError('ERR_INVALID_ARGUMENT', `Cannot run ${shown}: ${why}`, { cause });
  }
}

/** The parts of the TypeScript compiler that are used. */
interface Compiler {
  readonly ModuleKind: { readonly ESNext: number };
  readonly ScriptTarget: { readonly ES2022: number };
  transpileModule(
    text: string,
    options: { readonly compilerOptions: object },
  ): { readonly outputText: string };
}

/** Beside the file, so that what it imports is found from there. */
async function importTranspiled(path: string): Promise<object> {
  const compiler = compilerNear(path);
  const { outputText } = compiler.transpileModule(await readFile(path, 'utf8'), {
    compilerOptions: {
      module: compiler.ModuleKind.ESNext,
      target: compiler.ScriptTarget.ES2022,
    },
  });
  const built = join(dirname(path), `.${basename(path)}.${process.pid}.mjs`);
  await writeFile(built, outputText, { flag: 'w' });
  try {
    return await importFile(built, path);
  } finally {
    await rm(built, { force: true });
  }
}

function compilerNear(path: string): Compiler {
  try {
    return createRequire(path)('typescript') as Compiler;
  } catch (cause) {
    throw new NtkitError(
      'ERR_INVALID_ARGUMENT',
      `Expected Node 22.18 or later, or the package typescript beside ${path}, to run it`,
      { cause },
    );
  }
}

/** The first line of a parser's message. */
function sentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/\s+/g, ' ').trim();
}

function refused(message: string): NtkitError {
  return new NtkitError('ERR_INVALID_ARGUMENT', message);
}
