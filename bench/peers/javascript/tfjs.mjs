/** TensorFlow.js on its WebAssembly backend, as people write it: single precision. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { getThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const require = createRequire(import.meta.url);
const entry = require.resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(join(dirname(entry), sep));
await tf.setBackend('wasm');
await tf.ready();

const simd = tf.env().getBool('WASM_HAS_SIMD_SUPPORT') ? 'SIMD' : 'no SIMD';
export const versions = `tfjs ${tf.version_core}, wasm (${simd}, ${threadCount()} threads)`;

export const operations = {
  gram({ X }) {
    const points = tensorOf(X);
    return runOf(() => tf.matMul(points, points, false, true));
  },
  crossGram({ X, Z }) {
    const [points, queries] = [tensorOf(X), tensorOf(Z)];
    return runOf(() => tf.matMul(queries, points, false, true));
  },
  attention({ X }) {
    const points = tensorOf(X);
    return runOf(() => tf.matMul(tf.matMul(points, points, false, true), points));
  },
  softmaxAttention({ X }, { temperature }) {
    const points = tensorOf(X);
    return runOf(() => {
      const scores = tf.matMul(points, points, false, true);
      return tf.matMul(tf.softmax(tf.div(scores, temperature)), points);
    });
  },
};

/** The data are read, because that is when a tensor is surely computed; a run's tensors are disposed of. */
function runOf(compute) {
  const run = async () => {
    const tensor = tf.tidy(compute);
    const data = await tensor.data();
    tensor.dispose();
    return data;
  };
  return { run, values: (data) => data };
}

function tensorOf({ data, rows, cols }) {
  return tf.tensor2d(data, [rows, cols]);
}

/** Without threads the backend has no count and throws. */
function threadCount() {
  try {
    return getThreadsCount();
  } catch {
    return 1;
  }
}
