/** A problem whose answers are known without a computer; each program of this folder hands it the library its own way. */
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Libraries that must not be in the process: whatever computes is inside the addon. */
const FOREIGN = /\/(lib(?:openblas|blas|cblas|lapack|atlas|blis|mkl|gfortran|quadmath|gomp)[^/]*)$/;

function requireClose(name, found, expected) {
  found.forEach((value, i) => {
    if (!(Math.abs(value - expected[i]) < 1e-14)) {
      throw new Error(`Expected ${expected[i]} for ${name}[${i}] but received ${value}`);
    }
  });
}

function foreignLibraries() {
  if (process.platform !== 'linux') return [];
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return [...new Set(maps.map((line) => FOREIGN.exec(line)?.[1]).filter(Boolean))];
}

async function codeOf(operation) {
  try {
    await operation();
  } catch (error) {
    return error.code;
  }
  return 'no error';
}

/** Throws unless every answer is right; returns what ran. */
export async function solve({ KernelRidge, Matrix, eigh, gram, infiniteNtk, runtimeInfo }) {
  // Two unit vectors at 60 degrees: kernel 1/2 on the diagonal, 1/2 (1/4 + 1/12) = 1/6 beside it.
  const X = Matrix.from([
    [1, 0],
    [0.5, Math.sqrt(3) / 2],
  ]);
  const K = await infiniteNtk(X);
  requireClose('kernel', K.data, [1 / 2, 1 / 6, 1 / 6, 1 / 2]);
  requireClose('eigenvalues', (await eigh(K)).values, [2 / 3, 1 / 3]);

  // Without itself, each point is predicted by the other alone: (1/6) / (1/2 + 1/2) times its target.
  const model = await KernelRidge.fit(K, Matrix.from([[1], [-1]]), { ridge: 1 / 2 });
  requireClose('residuals', (await model.leaveOneOut()).data, [1 + 1 / 6, -1 - 1 / 6]);

  const code = await codeOf(() => gram(Matrix.from([[NaN]])));
  if (code !== 'ERR_NOT_FINITE') throw new Error(`Expected ERR_NOT_FINITE but received ${code}`);

  const foreign = foreignLibraries();
  if (foreign.length > 0) throw new Error(`Expected no other BLAS but found ${foreign}`);
  return runtimeInfo();
}
