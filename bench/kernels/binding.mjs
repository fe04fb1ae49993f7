/** What crossing from JavaScript to native code costs by itself. */
import { native } from '../../dist/native/load.js';
import { gaussianMatrix } from '../harness/inputs.mjs';

const MEBIBYTE_OF_DOUBLES = 2 ** 17;

const CALLS = {
  'empty call': (addon) => repeated(100_000, () => addon.probeCall()),
  'view of a typed array': (addon) => {
    const { data } = gaussianMatrix(10, 10);
    return repeated(100_000, () => addon.probeView(data));
  },
  'check and copy of 8 MiB': (addon) => {
    const A = gaussianMatrix(8, MEBIBYTE_OF_DOUBLES);
    return repeated(10, () => addon.probeCopy({ A }));
  },
  'asynchronous round trip': (addon) => {
    const calls = 1000;
    const run = async () => {
      for (let i = 0; i < calls; i++) await addon.probeRoundTrip({});
    };
    return { run, calls };
  },
};

/** Synchronous calls in a loop of their own: awaiting each would cost more than the call. */
function repeated(calls, call) {
  const run = () => {
    for (let i = 0; i < calls; i++) call();
  };
  return { run, calls };
}

const cases = Object.keys(CALLS).map((call) => ({ call }));

export const binding = {
  name: 'binding',
  cases: { quick: cases, standard: cases, full: [] },
  prepare: ({ call }) => ({ ours: [CALLS[call](native())] }),
};
