import { Worker } from 'node:worker_threads';

/** Starts a worker thread on some work; resolves with the thread and its first message. */
export async function startWorker(workerData) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData });
  const message = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { worker, message };
}

/** Terminates a thread; milliseconds until it has ended. */
export async function terminate(worker) {
  const startedAt = performance.now();
  await worker.terminate();
  return performance.now() - startedAt;
}
