/** Prints the time and exits with code 7 in the middle of its own work or of a worker thread's. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker } from './start-worker.mjs';
import { computeForever, computeLong } from './work.mjs';

const [, , place, wait] = process.argv;
if (place === 'worker') {
  await startWorker({ work: 'long' });
} else {
  void computeLong();
  for (let i = 0; i < 5; i++) void computeForever();
}
await sleep(Number(wait));
console.log(Date.now());
process.exit(7);
