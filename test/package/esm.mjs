import * as ntkit from 'ntkit';
import { solve } from './tiny-problem.mjs';

console.log(JSON.stringify(await solve(ntkit)));
