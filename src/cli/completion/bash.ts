/** Completion for bash. */
import type { CompletedCommand, Value } from './tree.js';

/** A script that `eval` or bash-completion loads. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const [root] = commands;
  const name = root?.path ?? '';
  return `# Completion of ${name} for bash: eval "$(${name} completion bash)"
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local at=${name} word words='' flags='' paths=''
  # bash takes --option=value apart at the sign.
  if [[ $current == '=' ]]; then current=''; fi
  if [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${alternatives(commands.slice(1).map(({ path }) => path))}) at="$at $word" ;;
    esac
  done
  COMPREPLY=()
  case "$at $previous" in
${indented(commands.flatMap((command) => optionCases(name, command)))}
  esac
  case "$at" in
${indented(commands.map(commandCase))}
  esac
  if [[ $current == -* || -z $words$paths ]]; then
    words=$flags paths=''
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $paths ]]; then _${name}_paths; fi
}
_${name}_paths() {
  compopt -o filenames 2> /dev/null
  COMPREPLY+=($(compgen -f -- "$current"))
}
complete -F _${name} ${name}
`;
}

/** What follows an option that takes a value; nothing else can. */
function optionCases(name: string, { path, values }: CompletedCommand): string[] {
  return [...values].map(
    ([flag, value]) => `${quoted(`${path} ${flag}`)}) ${replies(name, value)}; return ;;`,
  );
}

function replies(name: string, value: Value): string {
  switch (value.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W ${quoted(value.words.join(' '))} -- "$current"))`;
    case 'path':
      return `_${name}_paths`;
    case 'free':
      return ':';
  }
}

function commandCase({ path, subcommands, flags, argument }: CompletedCommand): string {
  const own = argument.kind === 'words' ? argument.words : [];
  const words = [...own, ...subcommands.map(({ word }) => word)];
  const sets = [
    `words=${quoted(words.join(' '))}`,
    `flags=${quoted(flags.map(({ word }) => word).join(' '))}`,
    ...(argument.kind === 'path' ? ['paths=yes'] : []),
  ];
  return `${quoted(path)}) ${sets.join(' ')} ;;`;
}

function alternatives(paths: readonly string[]): string {
  return paths.map(quoted).join(' | ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}
