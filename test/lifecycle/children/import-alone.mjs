/** Computes a kernel where no package can be imported, and prints it with those that were required. */
import * as modules from 'node:module';

const hooks = `export function resolve(name, context, next) {
  if (!/^(\\.|\\/|node:|file:)/.test(name) && !context.conditions.includes('require')) {
    throw new Error('Expected no package but loaded ' + name);
  }
  return next(name, context);
}`;
const hooksUrl = `data:text/javascript,${encodeURIComponent(hooks)}`;
// Newer versions of Node have hooks in the same thread, and warn of the others.
if (modules.registerHooks === undefined) {
  modules.register(hooksUrl);
} else {
  modules.registerHooks(await import(hooksUrl));
}
const { Matrix, gram } = await import('../../../dist/index.js');
const { data } = await gram(Matrix.of(Float64Array.of(1, 2), 2, 1));
const { cache } = modules.createRequire(import.meta.url);
const required = Object.keys(cache).map((path) => /node_modules\W([\w-]+)/.exec(path)?.[1]);
const packages = [...new Set(required.filter((name) => name !== undefined))];
console.log(JSON.stringify({ gram: [...data], packages }));
