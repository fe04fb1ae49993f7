/** The command tree. */
import { Command } from 'commander';
import { packageVersion } from '../native/runtime.js';
import { auditCommand } from './audit.js';
import { completionCommand } from './completion.js';
import { dataCommand } from './data.js';
import { doctorCommand } from './doctor.js';
import { exportCommand } from './export.js';
import { examples } from './help.js';
import { reportCommand } from './report.js';
import { queueCommand, workerCommand } from './queue.js';
import { reproduceCommand } from './reproduce.js';
import { spectrumCommand } from './spectrum.js';
import { planCommand, sweepCommand } from './sweep.js';

/** `ntkit` with every command; errors are thrown, and nothing about them is printed. */
export function program(): Command {
  const root = new Command('ntkit')
    .description('Neural tangent kernels, linearized attention and influence at large width.')
    .version(packageVersion())
    .option('--debug', 'print the stack of an error')
    .addHelpText(
      'after',
      examples('ntkit doctor', 'ntkit reproduce --preset quick', 'ntkit <command> --help'),
    );
  for (const command of [
    reproduceCommand(),
    sweepCommand(),
    planCommand(),
    workerCommand(),
    queueCommand(),
    spectrumCommand(),
    reportCommand(),
    exportCommand(),
    auditCommand(),
    dataCommand(),
    doctorCommand(),
    completionCommand(),
  ]) {
    root.addCommand(command);
  }
  configure(root);
  return root;
}

/** Lets errors come back to the caller, and suggests what a mistyped word may have meant. */
function configure(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (text) => `\u001b[1m${text}\u001b[22m`,
    });
  for (const sub of command.commands) configure(sub);
}
