/** Ends with code 7 some time after the work that a signal has stopped, and says on stderr when it waits for one. */
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { drainable, interruptible } from '../../../dist/cli/interrupt.js';

const KINDS = { drainable, interruptible };

const aborted = async (signal) => {
  process.stderr.write('working\n');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
};

const staysAlive = setInterval(() => undefined, 1000);
await KINDS[process.argv[2]](aborted);
clearInterval(staysAlive);
process.stderr.write('ending\n');
process.exitCode = 7;
await sleep(2000);
