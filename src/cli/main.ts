#!/usr/bin/env node
/** The command line: parses, runs one command, and turns its outcome into an exit code. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../native/runtime.js';
import { dataCommand } from './data.js';
import { doctorCommand } from './doctor.js';
import { EXIT, failureOf } from './exit.js';
import { reportCommand } from './report.js';
import { reproduceCommand } from './reproduce.js';
import { spectrumCommand } from './spectrum.js';
import { planCommand, sweepCommand } from './sweep.js';
import { queueCommand, workerCommand } from './queue.js';

function program(): Command {
  const root = new Command('ntkit')
    .description('Neural tangent kernels, linearized attention and influence at large width.')
    .version(packageVersion())
    .option('--debug', 'print the stack of an error')
    .showSuggestionAfterError();
  for (const command of [
    reproduceCommand(),
    sweepCommand(),
    planCommand(),
    workerCommand(),
    queueCommand(),
    spectrumCommand(),
    reportCommand(),
    dataCommand(),
    doctorCommand(),
  ]) {
    root.addCommand(command);
  }
  quietly(root);
  return root;
}

/** Lets errors come back here instead of ending the process, and their line be printed here alone. */
function quietly(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true });
  for (const sub of command.commands) quietly(sub);
}

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
