// Runs a sweep into a folder: node sweep.mjs <folder> <config as JSON>. Prints how it ended.
import process from 'node:process';
import { runSweep } from '../../../dist/index.js';

const [folder, config] = process.argv.slice(2);
const { cells, complete, failures } = await runSweep(JSON.parse(config), { out: folder });
console.log(JSON.stringify({ cells: cells.length, complete, failures: failures.length }));
