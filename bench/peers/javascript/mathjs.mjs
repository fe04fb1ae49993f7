/** mathjs, as people write it: arrays of arrays of numbers. */
import { multiply, transpose } from 'mathjs';
import { versionOf } from './version.mjs';

export const versions = `mathjs ${versionOf('mathjs')}`;

export const operations = {
  gram({ X }) {
    const points = rowsOf(X);
    return { run: () => multiply(points, transpose(points)), values: valuesOf };
  },
};

function rowsOf({ data, rows, cols }) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * cols, (i + 1) * cols)),
  );
}

function valuesOf(rows) {
  return Float64Array.from(rows.flat());
}
