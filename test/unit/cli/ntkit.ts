/** The command line as its users run it: a process of its own, in a folder of its own. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../../support/built-package.js';
import { runNode, type ChildOptions, type Ended } from '../../support/child.js';

/** Runs `ntkit <args>`. */
export async function ntkit(args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  return runNode(join(ROOT, 'dist/cli/main.js'), args, options);
}

/** A fresh folder for a test, and how to remove it. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ntkit-cli-'));
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every file below a folder with its content. */
export function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path, readFileSync(path, 'latin1')]),
  );
}

/** Asserts that a command failed with one line on stderr and nothing on stdout, and returns the line. */
export function failureLine({ code, stdout, stderr }: Ended, exitCode: number): string {
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toMatch(/^ntkit: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  return stderr.trimEnd();
}
