/** The library in worker threads alone, two at a time, and then in the main thread. */
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import * as ntkit from 'ntkit';
import { solve } from './tiny-problem.mjs';

function inWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url));
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (isMainThread) {
  await Promise.all([inWorker(), inWorker()]);
  console.log(JSON.stringify(await solve(ntkit)));
} else {
  parentPort.postMessage(await solve(ntkit));
}
