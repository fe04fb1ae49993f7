/** Commands that parse, and do nothing. */
import type { Command } from 'commander';

/** Takes from a command, and from all below it, what it does. */
export function inert(command: Command): Command {
  command.action(() => undefined);
  command.commands.forEach(inert);
  return command;
}
