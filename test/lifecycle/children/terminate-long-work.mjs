/** Prints how many milliseconds it takes to terminate a worker thread in an operation of several seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker, terminate } from './start-worker.mjs';

const { worker } = await startWorker({ work: 'long' });
await sleep(200);
console.log(JSON.stringify({ milliseconds: await terminate(worker) }));
