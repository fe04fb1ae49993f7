/** A progress listener that throws, then an operation that must still work. */
import { gram } from '../../../dist/index.js';
import { points } from './work.mjs';

const onProgress = () => {
  throw new Error('the listener failed');
};
await gram(points(4000, 900), { onProgress }).catch(() => undefined);
const { rows } = await gram(points(5, 2));
console.log(JSON.stringify({ rows }));
