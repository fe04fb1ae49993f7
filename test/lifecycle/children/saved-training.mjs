// Runs a sweep that saves its trainings every so many seconds: node saved-training.mjs <folder> <config as JSON> <seconds>.
// Prints each call of a training, the epochs before and after it, as it returns.
import process from 'node:process';
import { TwoLayerNetwork } from '../../../dist/index.js';
import { prepareSweep } from '../../../dist/sweeps/prepare.js';
import { runPrepared } from '../../../dist/sweeps/run-prepared.js';

const [folder, config, seconds] = process.argv.slice(2);
const { trainResumably } = TwoLayerNetwork.prototype;
TwoLayerNetwork.prototype.trainResumably = async function (X, Y, options) {
  const state = await trainResumably.call(this, X, Y, options);
  process.stdout.write(`${options.from?.epoch ?? 0} ${state.epoch}\n`);
  return state;
};
const prepared = await prepareSweep(JSON.parse(config));
const { complete } = await runPrepared(prepared, { out: folder }, Number(seconds));
if (!complete) process.exitCode = 1;
