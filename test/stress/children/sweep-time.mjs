// How long a sweep takes: node sweep-time.mjs loop|sweep <config as JSON> <folder>. Prints seconds as JSON: in all, those of the
// process's cores, and those of the cells; preparing the cells is left out of the loop's.
// `loop` computes the same cells in the same order and as many side by side, and does nothing else: no claims, no store.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runSweep, runtimeInfo } from '../../../dist/index.js';
import { inParallel } from '../../../dist/experiments/parallel.js';
import { Bench } from '../../../dist/sweeps/bench.js';
import { prepareSweep } from '../../../dist/sweeps/prepare.js';
import { byInputs, inOrder } from '../../../dist/sweeps/scheduler.js';
import { USUAL_SPEED } from '../../../dist/sweeps/speed.js';

const [mode, json, folder] = process.argv.slice(2);
const config = JSON.parse(json);
const { threads } = runtimeInfo();

/** Cells that share their inputs share a bench, which goes when its last cell has begun. */
async function loop() {
  const { cells, data } = await prepareSweep(config);
  let bench;
  let inputs;
  const passed = stopwatch();
  let cellSeconds = 0;
  await inParallel(threads, inOrder(cells, USUAL_SPEED), async (cell) => {
    if (byInputs(cell) !== inputs) {
      inputs = byInputs(cell);
      bench = new Bench(data.get(cell.data), {});
    }
    const begunAt = performance.now();
    await cell.measure.run(cell.request, bench);
    cellSeconds += performance.now() - begunAt;
  });
  return { cells: cells.length, ...passed(), cellSeconds: cellSeconds / 1000 };
}

async function sweep() {
  const passed = stopwatch();
  const { cells } = await runSweep(config, { out: folder });
  const times = passed();
  const events = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
  const cellSeconds = events.reduce((sum, line) => sum + JSON.parse(line).seconds, 0);
  return { cells: cells.length, ...times, cellSeconds };
}

function stopwatch() {
  const [startedAt, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { seconds: (performance.now() - startedAt) / 1000, coreSeconds: (user + system) / 1e6 };
  };
}

console.log(JSON.stringify({ ...(await { loop, sweep }[mode]()), threads }));
