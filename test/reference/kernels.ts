/**
 * Infinite-width neural tangent kernels of ReLU networks in their textbook form, with the angle between
 * two inputs in place of its cosine. Results are queries x training points.
 */
import { build, dot, norm, rowOf, unit, type Rows } from './rows.js';

/** Two-layer network, first layer trained: x.z (pi - theta) / (2 pi). */
export function infiniteNtkFirst(X: Rows, Z: Rows = X): number[][] {
  return build(Z.length, X.length, (i, j) => firstLayer(rowOf(Z, i), rowOf(X, j)));
}

/** Two-layer network, both layers trained: the first layer's kernel plus E[relu(w.x) relu(w.z)]. */
export function infiniteNtkBoth(X: Rows, Z: Rows = X): number[][] {
  return build(Z.length, X.length, (i, j) => {
    const [z, x] = [rowOf(Z, i), rowOf(X, j)];
    return firstLayer(z, x) + (norm(z) * norm(x) * reluCosine(angle(z, x))) / 2;
  });
}

/**
 * NTK of a fully connected network with `depth` layers of weights and He scaling: Sigma and Theta start at
 * x.z; each of the depth - 1 activations maps Sigma to |x||z| kappa_1(theta) and Theta to
 * Theta kappa_0(theta) + Sigma, where kappa_0 = (pi - theta) / pi.
 */
export function deepNtk(X: Rows, Z: Rows, options: { depth: number }): number[][] {
  return build(Z.length, X.length, (i, j) => {
    const [z, x] = [rowOf(Z, i), rowOf(X, j)];
    const size = norm(z) * norm(x);
    let theta = angle(z, x);
    let tangent = dot(z, x);
    for (let layer = 1; layer < options.depth; layer++) {
      const cosine = reluCosine(theta);
      tangent = (tangent * (Math.PI - theta)) / Math.PI + size * cosine;
      theta = Math.acos(Math.min(1, cosine));
    }
    return tangent;
  });
}

function firstLayer(z: readonly number[], x: readonly number[]): number {
  return (dot(z, x) * (Math.PI - angle(z, x))) / (2 * Math.PI);
}

/** kappa_1: the cosine between two ReLU feature vectors whose inputs are theta apart. */
function reluCosine(theta: number): number {
  return (Math.sin(theta) + Math.cos(theta) * (Math.PI - theta)) / Math.PI;
}

/**
 * The angle arccos(x.z / (|x||z|)), in the form of W. Kahan that keeps its digits for parallel and
 * antiparallel vectors and is exactly 0 for a vector and itself. A zero vector is orthogonal to others.
 */
function angle(x: readonly number[], z: readonly number[]): number {
  const [u, v] = [unit(x), unit(z)];
  const difference = u.map((value, k) => value - (v[k] ?? NaN));
  const sum = u.map((value, k) => value + (v[k] ?? NaN));
  return 2 * Math.atan2(norm(difference), norm(sum));
}
