/** A worker thread that computes until it is terminated, or once for a seed. */
import { parentPort, workerData } from 'node:worker_threads';
import { compute, computeForever, computeLong } from './work.mjs';

const WORK = {
  forever: async () => Promise.all([computeForever(), computeForever()]),
  long: async () => computeLong(),
  once: async () => parentPort.postMessage(await compute(workerData.seed)),
};

const running = WORK[workerData.work]();
if (workerData.work !== 'once') parentPort.postMessage('started');
await running;
