/** Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations. */
import { at, build, rowOf, setAt, transpose, type Rows } from './rows.js';

export interface Eigen {
  /** Eigenvalues, descending. */
  readonly values: number[];
  /** Column k is the unit eigenvector of values[k]. */
  readonly vectors: number[][];
}

const MAX_SWEEPS = 60;

export function symmetricEigen(A: Rows): Eigen {
  const n = A.length;
  const S = build(n, n, (i, j) => at(A, i, j));
  const V = build(n, n, (i, j) => (i === j ? 1 : 0));
  for (let sweep = 0; !isDiagonal(S); sweep++) {
    if (sweep === MAX_SWEEPS) throw new Error(`No convergence in ${MAX_SWEEPS} sweeps`);
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(S, V, p, q);
    }
  }
  const order = S.map((_, k) => k).sort((a, b) => at(S, b, b) - at(S, a, a));
  const columns = transpose(V);
  return {
    values: order.map((k) => at(S, k, k)),
    vectors: transpose(order.map((k) => rowOf(columns, k))),
  };
}

export function jacobiEigenvalues(A: Rows): number[] {
  return symmetricEigen(A).values;
}

/** Whether no off-diagonal element is large enough to change an eigenvalue. */
function isDiagonal(S: Rows): boolean {
  let [diagonal, offDiagonal] = [0, 0];
  for (let p = 0; p < S.length; p++) {
    diagonal = Math.max(diagonal, Math.abs(at(S, p, p)));
    for (let q = p + 1; q < S.length; q++) {
      offDiagonal = Math.max(offDiagonal, Math.abs(at(S, p, q)));
    }
  }
  return offDiagonal <= 1e-18 * diagonal;
}

/** The rotation J of the plane (p, q) that makes S_pq zero: S <- J^T S J, V <- V J. */
function rotate(S: number[][], V: number[][], p: number, q: number): void {
  if (at(S, p, q) === 0) return;
  const tau = (at(S, q, q) - at(S, p, p)) / (2 * at(S, p, q));
  const tangent = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  combineColumns(S, p, q, cosine, sine);
  combineRows(S, p, q, cosine, sine);
  combineColumns(V, p, q, cosine, sine);
  setAt(S, p, q, 0);
  setAt(S, q, p, 0);
}

function combineColumns(A: number[][], p: number, q: number, cosine: number, sine: number): void {
  for (let k = 0; k < A.length; k++) {
    const [left, right] = [at(A, k, p), at(A, k, q)];
    setAt(A, k, p, cosine * left - sine * right);
    setAt(A, k, q, sine * left + cosine * right);
  }
}

function combineRows(A: number[][], p: number, q: number, cosine: number, sine: number): void {
  for (let k = 0; k < A.length; k++) {
    const [upper, lower] = [at(A, p, k), at(A, q, k)];
    setAt(A, p, k, cosine * upper - sine * lower);
    setAt(A, q, k, sine * upper + cosine * lower);
  }
}
