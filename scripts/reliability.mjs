/**
 * Writes the figures of the last long runs into docs/reliability.md, between its two marks:
 *
 *     node scripts/reliability.mjs
 *
 * A figure of a long run is preferred to one of a quick run, and the command says which it is.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { boundOf, figuresSeen, number, promisedFigures } from './reliability/figures.mjs';
import { ROOT } from './support/files.mjs';

const [FIRST, LAST] = ['<!-- figures -->', '<!-- end of figures -->'];
const DOCUMENT = join(ROOT, 'docs/reliability.md');

const COMMANDS = {
  full: 'npm run test:full',
  sanitize: 'npm run test:sanitize',
  fuzz: 'npm run test:fuzz',
  stress: 'npm run test:stress',
};

const long = new Map(figuresSeen(ROOT, 'full').map((figure) => [figure.name, figure]));
const quick = new Map(figuresSeen(ROOT, 'quick').map((figure) => [figure.name, figure]));
const rows = promisedFigures(ROOT).map(({ name, what, suite, ...bound }) => {
  const figure = long.get(name) ?? quick.get(name);
  if (figure === undefined)
    return `| ${what} | ${boundOf(bound)} | not measured | | \`${COMMANDS[suite]}\` |`;
  const command =
    long.has(name) || ['full', 'sanitize'].includes(suite) ? COMMANDS[suite] : 'npm test';
  return `| ${what} | ${boundOf(bound)} | ${number(figure.seen)} | ${figure.detail} | \`${command}\` |`;
});
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
  cwd: ROOT,
  encoding: 'utf8',
});
const machine = `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}`;
const section = [
  FIRST,
  '',
  `The last runs up to commit ${commit.trim()}, on ${machine}.`,
  '',
  '| what | promised | seen | where, or out of how many | command |',
  '| --- | --- | --- | --- | --- |',
  ...rows,
  '',
  LAST,
].join('\n');

const text = readFileSync(DOCUMENT, 'utf8');
const [start, end] = [text.indexOf(FIRST), text.indexOf(LAST)];
if (start < 0 || end < start) {
  console.error(`Expected ${FIRST} and ${LAST} in ${DOCUMENT}`);
  process.exit(1);
}
const written = text.slice(0, start) + section + text.slice(end + LAST.length);
const options = await resolveConfig(DOCUMENT);
writeFileSync(DOCUMENT, await format(written, { ...options, parser: 'markdown' }));
