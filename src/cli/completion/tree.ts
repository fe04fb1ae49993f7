/** What can be typed after each command, read from the command tree itself. */
import type { Argument, Command, Option } from 'commander';

/** What may follow an option or stand as an argument: one of some words, a path, or what only its user knows. */
export type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'path' }
  | { readonly kind: 'free' };

/** A word that may come next, with what it means. */
export interface Word {
  readonly word: string;
  readonly description: string;
}

/** One command, however deep. */
export interface CompletedCommand {
  /** As it is typed, for example `ntkit data get`. */
  readonly path: string;
  readonly subcommands: readonly Word[];
  readonly flags: readonly Word[];
  /** What follows the options that take a value, by flag. */
  readonly values: ReadonlyMap<string, Value>;
  /** What its first argument is. */
  readonly argument: Value;
}

/** Names of values that are paths, as the help spells them. */
const PATH_NAMES = ['config', 'file', 'folder', 'path', 'run'];

/** Every command below `root`, itself first. */
export function completedCommands(root: Command, above = ''): CompletedCommand[] {
  const path = above === '' ? root.name() : `${above} ${root.name()}`;
  const options = root.createHelp().visibleOptions(root).concat(globalOptions(root));
  const self: CompletedCommand = {
    path,
    subcommands: root
      .createHelp()
      .visibleCommands(root)
      .map((command) => ({ word: command.name(), description: command.description() })),
    flags: options.flatMap((option) =>
      flagsOf(option).map((word) => ({ word, description: option.description })),
    ),
    values: new Map(
      options
        .filter((option) => option.required || option.optional)
        .flatMap((option) =>
          flagsOf(option).map((flag): [string, Value] => [flag, valueOf(option, option.flags)]),
        ),
    ),
    argument: argumentOf(root.registeredArguments[0]),
  };
  return [self, ...root.commands.flatMap((command) => completedCommands(command, path))];
}

/** Options of the commands above, which are accepted below as well. */
function globalOptions(command: Command): Option[] {
  const above: Option[] = [];
  for (let parent = command.parent; parent !== null; parent = parent.parent) {
    above.push(...parent.options.filter(({ long }) => long !== '--version'));
  }
  return above;
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function argumentOf(argument: Argument | undefined): Value {
  if (argument === undefined) return { kind: 'words', words: [] };
  return valueOf(argument, `<${argument.name()}>`);
}

function valueOf(choosable: { argChoices?: string[] | undefined }, spelling: string): Value {
  if (choosable.argChoices !== undefined) return { kind: 'words', words: choosable.argChoices };
  const name = /[<[]([\w-]+)/.exec(spelling)?.[1] ?? '';
  return { kind: PATH_NAMES.includes(name) ? 'path' : 'free' };
}
