/** Completion for zsh. */
import type { CompletedCommand, Value, Word } from './tree.js';

/** A script that `eval` loads, or a file `_ntkit` on fpath. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const [root] = commands;
  const name = root?.path ?? '';
  return `#compdef ${name}
# Completion of ${name} for zsh: eval "$(${name} completion zsh)"
_${name}() {
  local at=${name} word previous=$words[CURRENT-1]
  local -a candidates
  for word in $words[2,CURRENT-1]; do
    case "$at $word" in
      (${commands
        .slice(1)
        .map(({ path }) => quoted(path))
        .join('|')}) at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${indented(commands.flatMap(optionCases))}
  esac
  case "$at" in
${indented(commands.map(commandCase))}
  esac
}
compdef _${name} ${name}
`;
}

function optionCases({ path, values }: CompletedCommand): string[] {
  return [...values].map(
    ([flag, value]) => `(${quoted(`${path} ${flag}`)}) ${offers(value)}; return ;;`,
  );
}

function commandCase({ path, subcommands, flags, argument }: CompletedCommand): string {
  const own = argument.kind === 'words' ? argument.words.map(bare) : [];
  const paths = argument.kind === 'path' ? '; _files' : '';
  return `(${quoted(path)}) ${described([...own, ...subcommands, ...flags])}${paths} ;;`;
}

function offers(value: Value): string {
  switch (value.kind) {
    case 'words':
      return described(value.words.map(bare));
    case 'path':
      return '_files';
    case 'free':
      return ':';
  }
}

function bare(word: string): Word {
  return { word, description: '' };
}

function described(words: readonly Word[]): string {
  const items = words.map(({ word, description }) =>
    quoted(description === '' ? word : `${word}:${description.replaceAll(':', '\\:')}`),
  );
  return `candidates=(${items.join(' ')}); _describe 'ntkit' candidates`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}
