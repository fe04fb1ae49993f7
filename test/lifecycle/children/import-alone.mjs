/** Computes a kernel where no package but this one can be loaded. */
import { register } from 'node:module';

const hooks = `export async function resolve(name, context, next) {
  if (!/^(\\.|node:|file:)/.test(name)) throw new Error('Expected no package but loaded ' + name);
  return next(name, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const { Matrix, gram } = await import('../../../dist/index.js');
const { data } = await gram(Matrix.of(Float64Array.of(1, 2), 2, 1));
console.log(JSON.stringify([...data]));
