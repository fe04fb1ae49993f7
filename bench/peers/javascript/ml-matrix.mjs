/** ml-matrix, as people write it: doubles, one thread, plain JavaScript. */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { versionOf } from './version.mjs';

export const versions = `ml-matrix ${versionOf('ml-matrix')}`;

export const operations = {
  gram({ X }) {
    const points = matrixOf(X);
    return { run: () => points.mmul(points.transpose()), values: valuesOf };
  },
  ridgeFit({ K, Y }, { ridge }) {
    const [kernel, targets] = [matrixOf(K), matrixOf(Y)];
    const run = () => {
      const A = kernel.clone();
      for (let i = 0; i < A.rows; i++) A.set(i, i, A.get(i, i) + ridge);
      return new CholeskyDecomposition(A).solve(targets);
    };
    return { run, values: valuesOf };
  },
  eigenvalues({ A }) {
    const symmetric = matrixOf(A);
    const run = () => new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
    const values = ({ realEigenvalues }) => Float64Array.from(realEigenvalues).sort().reverse();
    return { run, values };
  },
};

function matrixOf({ data, rows, cols }) {
  return Matrix.from1DArray(rows, cols, data);
}

function valuesOf(matrix) {
  return Float64Array.from(matrix.to1DArray());
}
