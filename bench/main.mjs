/** `npm run bench -- [names] [options]`: ours beside the limits of the machine and beside other libraries. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { ensureBenchPeers } from '../scripts/setup/bench-peers.mjs';
import { runtimeInfo, setThreads } from '../dist/index.js';
import { betterCoreType } from '../dist/native/blas-core.js';
import { native } from '../dist/native/load.js';
import { growthLines, heading as growthHeading, measureGrowth } from './harness/growth.mjs';
import { parseOptions } from './harness/options.mjs';
import { pinToCores } from './harness/pin.mjs';
import { runCase } from './harness/run-case.mjs';
import { caseLines, heading, quantity } from './harness/table.mjs';
import { summary } from './harness/targets.mjs';
import { KERNELS } from './kernels/index.mjs';
import { InputFiles } from './peers/input-files.mjs';
import { PEERS, Peers } from './peers/registry.mjs';

/** Rounds at most, and the seconds that the rounds of one case may take: the default ends within ten minutes. */
const PROFILES = {
  quick: { rounds: 3, least: 1, seconds: 1, cases: ['quick'], repeats: 1 },
  standard: { rounds: 7, least: 3, seconds: 6, cases: ['standard'], repeats: 1 },
  full: { rounds: 9, least: 3, seconds: 30, cases: ['standard', 'full'], repeats: 3 },
};

const options = parseOptions(process.argv, {
  kernels: KERNELS.map(({ name }) => name),
  cores: runtimeInfo().threads,
});
const { threads, sections } = options;
const profile = { ...PROFILES[options.profile], ...(options.rounds && { rounds: options.rounds }) };
const chosen = KERNELS.filter(
  ({ name }) => options.names.length === 0 || options.names.includes(name),
);

setThreads(threads);
const cores = pinToCores(threads);
const limits = await native().probe({});
const report = { ...runtimeInfo(), node: process.version, cpu: cpus()[0]?.model, cores, limits };
// Every peer gets its best: an OpenBLAS older than the CPU would run on a fraction of its registers.
const coreType = betterCoreType(report);
const peers = new Peers({ threads, pythons: options.pythons, names: options.peers, coreType });
const files = new InputFiles();
// At tiny sizes a call costs more than the work: nothing is asked of a ratio.
const judged = options.profile !== 'quick';
const context = { ...profile, judged, limits, peers, files, cases: 0 };
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
process.on('exit', () => {
  files.remove();
  peers.end();
});

introduce();
if (sections.includes('speed')) {
  report.peers = await introducePeers();
  report.speed = await speed();
}
if (sections.includes('growth')) report.growth = await growth();
if (judged) report.limitsAtTheEnd = await concludeLimits();
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
process.exit(process.exitCode ?? 0);

function introduce() {
  const { version, blas, core, isa, node, cpu } = report;
  print(`ntkit ${version}, ${blas} (${core}), kernels ${isa}, Node ${node}`);
  print(`${cpu?.trim()}, ${threads} threads for everybody, on cores ${cores}`);
  const bytes = ['read', 'write', 'copy', 'update', 'firstTouch'].map(
    (name) => `${name === 'firstTouch' ? 'first touch' : name} ${quantity(limits[name], 'B/s')}`,
  );
  print(
    `Limits measured now: multiply-adds ${quantity(limits.fmaDouble, 'F/s')} float64, ` +
      `${quantity(limits.fmaSingle, 'F/s')} float32; bits ANDed, counted and added ` +
      `${quantity(limits.bitCounts, 'bit/s')}; memory: ${bytes.join(', ')}; ${exchangeTime(limits)}`,
  );
}

/** Two cores without a common cache take some four times as long, and so does what hands data from one to the other. */
function exchangeTime({ exchanges }) {
  return exchanges > 0
    ? `a cache line goes to another core and back in ${Math.round(1e9 / exchanges)} ns`
    : 'one core';
}

/** Starts the peers, so that what is missing is said at the top, with the reason. */
async function introducePeers() {
  const found = {};
  const packages = options.peers.filter((name) => PEERS[name].package !== undefined);
  const failure = packages.length === 0 ? undefined : await ensureBenchPeers();
  if (failure !== undefined) print(`npm packages of the peers were not installed: ${failure}`);
  for (const name of options.peers) {
    const { title } = PEERS[name];
    const { versions, missing } = await peers.get(name);
    found[name] = versions ?? { missing };
    print(missing === undefined ? `Peer: ${versions}` : `Peer not found: ${title} (${missing})`);
  }
  if (coreType !== undefined) {
    print(
      `OpenBLAS takes this CPU for ${report.core}: numpy runs with OPENBLAS_CORETYPE=${coreType}`,
    );
  }
  return found;
}

async function speed() {
  print('');
  heading().forEach(print);
  const all = [];
  for (const kernel of chosen) {
    for (const size of profile.cases.flatMap((name) => kernel.cases[name])) {
      const rows = await runCase(kernel, size, context);
      caseLines(rows).forEach(print);
      all.push(...rows);
    }
  }
  print('');
  if (judged) summary(all).forEach(print);
  if (all.some(({ failed }) => failed)) {
    print('Some contestants FAILED: their rows say how.');
    process.exitCode = 1;
  }
  return all;
}

async function growth() {
  print('');
  growthHeading().forEach(print);
  const all = [];
  for (const kernel of chosen) {
    const sizes = options.profile === 'quick' ? kernel.cases.quick : kernel.growth;
    if (sizes === undefined || kernel.work === undefined) continue;
    try {
      const grown = await measureGrowth(kernel, sizes, { ...profile, threads, limits });
      growthLines(grown).forEach(print);
      all.push(grown);
    } catch (error) {
      print(`FAILED: ${error.message}`);
      process.exitCode = 1;
    }
  }
  return all;
}

/** The machine may have changed under the run: heat, neighbours. */
async function concludeLimits() {
  const atTheEnd = await native().probe({});
  const [flops, bits, reads] = ['fmaDouble', 'bitCounts', 'read'].map(
    (name) => `${Math.round((100 * atTheEnd[name]) / limits[name])} %`,
  );
  print('');
  print(
    `Limits at the end, of those at the start: multiply-adds ${flops}, bit counts ${bits}, reads ${reads}; ` +
      exchangeTime(atTheEnd),
  );
  return atTheEnd;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
