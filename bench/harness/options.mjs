/** The command line of the benchmarks. */
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { PEERS } from '../peers/registry.mjs';

/** Debian's own comes first: the one whose packages the comparison names. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/**
 * @param kernels - names of the kernels there are.
 * @param cores - default number of threads.
 * @returns `{ names, profile, rounds, json, threads, peers, pythons, sections }`. Wrong usage ends the process with
 * code 2 and a line that says what was expected.
 */
export function parseOptions(argv, { kernels, cores }) {
  const command = new Command('bench')
    .description('Our kernels beside the limits of this machine and beside other libraries')
    .argument('[kernels...]', `which of ${kernels.join(', ')}; default: all`)
    .option('--quick', 'tiny sizes: whether everything works, not how fast')
    .option('--full', 'larger sizes too, and more rounds')
    .option('--rounds <count>', 'at most so many rounds a case', positive)
    .option('--json <file>', 'also write everything that was measured to a file')
    .option('--threads <count>', 'threads of everybody', positive, cores)
    .option('--peers <names>', `which of ${Object.keys(PEERS).join(', ')}; default: all`, peerNames)
    .option('--no-peers', 'ours alone')
    .option('--python <path>', `interpreter of numpy and PyTorch; default: ${PYTHONS.join(', ')}`)
    .option('--growth', 'only how time and memory grow with size')
    .option('--no-growth', 'only the table')
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 2);
    })
    .parse(argv);
  const options = command.opts();
  if (options.quick && options.full) command.error('Expected at most one of --quick, --full');
  const unknown = command.args.filter((name) => !kernels.includes(name));
  if (unknown.length > 0) {
    command.error(
      `Expected kernels out of ${kernels.join(', ')} but received ${unknown.join(', ')}`,
    );
  }
  const sections = ['speed', 'growth'];
  if (options.growth !== undefined) sections.splice(options.growth ? 0 : 1, 1);
  return {
    names: command.args,
    profile: options.quick ? 'quick' : options.full ? 'full' : 'standard',
    rounds: options.rounds,
    json: options.json,
    threads: options.threads,
    peers: options.peers === false ? [] : (options.peers ?? Object.keys(PEERS)),
    pythons: options.python === undefined ? PYTHONS : [options.python],
    sections,
  };
}

function positive(text) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('Expected a positive integer.');
  }
  return value;
}

function peerNames(text) {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !Object.hasOwn(PEERS, name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Expected names out of ${Object.keys(PEERS).join(', ')}.`);
  }
  return names;
}
