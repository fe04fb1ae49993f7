/** Computes a kernel where no package can be imported, and prints it with those that were required. */
import { createRequire } from 'node:module';
import { refusePackages } from './refuse-packages.mjs';

await refusePackages();
const { Matrix, gram } = await import('../../../dist/index.js');
const { data } = await gram(Matrix.of(Float64Array.of(1, 2), 2, 1));
const { cache } = createRequire(import.meta.url);
const required = Object.keys(cache).map((path) => /node_modules\W([\w-]+)/.exec(path)?.[1]);
const packages = [...new Set(required.filter((name) => name !== undefined))];
console.log(JSON.stringify({ gram: [...data], packages }));
