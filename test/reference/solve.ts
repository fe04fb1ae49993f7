/** Solution of symmetric positive definite systems. */
import { at, build, columnsOf, setAt, type Rows } from './rows.js';

/** A^-1 B by A = L L^T and two triangular solves; throws where a pivot is not positive. */
export function choleskySolve(A: Rows, B: Rows): number[][] {
  const L = choleskyFactor(A);
  const n = A.length;
  const X = build(n, columnsOf(B), (i, j) => at(B, i, j));
  for (let j = 0; j < columnsOf(B); j++) {
    for (let i = 0; i < n; i++) {
      let value = at(X, i, j);
      for (let k = 0; k < i; k++) value -= at(L, i, k) * at(X, k, j);
      setAt(X, i, j, value / at(L, i, i));
    }
    for (let i = n - 1; i >= 0; i--) {
      let value = at(X, i, j);
      for (let k = i + 1; k < n; k++) value -= at(L, k, i) * at(X, k, j);
      setAt(X, i, j, value / at(L, i, i));
    }
  }
  return X;
}

function choleskyFactor(A: Rows): number[][] {
  const L = build(A.length, A.length, () => 0);
  for (let j = 0; j < A.length; j++) {
    for (let i = j; i < A.length; i++) {
      let value = at(A, i, j);
      for (let k = 0; k < j; k++) value -= at(L, i, k) * at(L, j, k);
      if (i === j && !(value > 0)) throw new Error(`Pivot ${j} is ${value}, not positive`);
      setAt(L, i, j, i === j ? Math.sqrt(value) : value / at(L, j, j));
    }
  }
  return L;
}
