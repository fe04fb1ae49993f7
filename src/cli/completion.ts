/** `ntkit completion <shell>`: a script that completes commands, options and their values in a shell. */
import { Argument, Command } from 'commander';
import { bashScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { completedCommands } from './completion/tree.js';
import { zshScript } from './completion/zsh.js';
import { examples } from './help.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a script that completes this command line in a shell')
    .addArgument(new Argument('<shell>', 'shell').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      examples(
        'eval "$(ntkit completion bash)"        # in ~/.bashrc',
        'eval "$(ntkit completion zsh)"         # in ~/.zshrc',
        'ntkit completion fish | source         # in ~/.config/fish/config.fish',
      ),
    )
    .action((shell: Shell, _options: object, command: Command) => {
      let root = command;
      while (root.parent !== null) root = root.parent;
      process.stdout.write(SCRIPTS[shell](completedCommands(root)));
    });
}
