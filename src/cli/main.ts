#!/usr/bin/env node
/** The command line: parses, runs one command, and turns its outcome into an exit code. */
import { CommanderError } from 'commander';
import { EXIT, failureOf } from './exit.js';
import { program } from './program.js';

async function main(argv: readonly string[]): Promise<void> {
  const root = program();
  try {
    await root.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === EXIT.done) return;
    const { line, exitCode } = failureOf(error);
    if (line !== undefined) process.stderr.write(`${line}\n`);
    if (root.opts<{ debug?: boolean }>().debug === true) console.error(error);
    process.exitCode = exitCode;
  }
}

await main(process.argv);
