/** Completion for fish. */
import type { CompletedCommand, Value } from './tree.js';

/** A script that `source` loads, or a file ntkit.fish in fish's folder of completions. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const [root] = commands;
  const name = root?.path ?? '';
  return [
    `# Completion of ${name} for fish: ${name} completion fish | source`,
    `function __${name}_at`,
    `  set -l at ${name}`,
    `  for word in (commandline -opc)[2..]`,
    `    if contains -- "$at $word" ${commands
      .slice(1)
      .map(({ path }) => quoted(path))
      .join(' ')}`,
    `      set at "$at $word"`,
    `    end`,
    `  end`,
    `  test "$at" = "$argv[1]"`,
    `end`,
    `complete -c ${name} -f`,
    ...commands.flatMap((command) => linesOf(name, command)),
    '',
  ].join('\n');
}

function linesOf(name: string, command: CompletedCommand): string[] {
  const here = `complete -c ${name} -n ${quoted(`__${name}_at '${command.path}'`)}`;
  const subcommands = command.subcommands.map(
    ({ word, description }) => `${here} -a ${quoted(word)} -d ${quoted(description)}`,
  );
  const flags = command.flags.map(({ word, description }) => {
    const value = command.values.get(word);
    const form = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
    return `${here} ${form}${value === undefined ? '' : ` ${follows(value)}`} -d ${quoted(description)}`;
  });
  return [...subcommands, ...flags, ...argumentLines(here, command.argument)];
}

function argumentLines(here: string, argument: Value): string[] {
  if (argument.kind === 'path') return [`${here} -F`];
  if (argument.kind === 'free' || argument.words.length === 0) return [];
  return [`${here} -a ${quoted(argument.words.join(' '))}`];
}

function follows(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `-x -a ${quoted(value.words.join(' '))}`;
    case 'path':
      return '-r -F';
    case 'free':
      return '-x';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
