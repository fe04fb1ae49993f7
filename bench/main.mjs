/** `npm run bench`: one table, ours against another way to compute the same numbers, ratios of medians. */
import { runtimeInfo } from '../dist/index.js';
import { attention } from './attention.mjs';
import { race } from './harness.mjs';
import { infinite } from './infinite-ntk.mjs';
import { influence } from './influence.mjs';
import { spectra } from './spectrum.mjs';

const { blas, core, isa, threads } = runtimeInfo();
console.log(
  `${blas} (${core}), kernels ${isa}, ${threads} threads, float64, medians of 7 rounds\n`,
);
console.log(['kernel', 'size', 'ours', 'against', 'takes', 'ratio'].map(cell).join(''));

for (const prepare of [
  () => attention(3000, 784),
  () => attention(1000, 3072),
  () => infinite(2000, 784),
  () => spectra(1500, 400),
  () => influence(150, 50, 50),
]) {
  const { name, size, contestants } = await prepare();
  const { ours, ...others } = await race(contestants);
  for (const [other, seconds] of Object.entries(others)) {
    const ratio = `${(seconds / ours).toFixed(2)} x`;
    console.log([name, size, ms(ours), other, ms(seconds), ratio].map(cell).join(''));
  }
}

function ms(seconds) {
  return `${(seconds * 1000).toFixed(1)} ms`;
}

function cell(text) {
  return text.padEnd(22);
}
