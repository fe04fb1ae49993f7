/** Leave-one-out influence: one factorisation against refitting without each point. */
import { KernelRidge, Matrix, infiniteNtk } from '../dist/index.js';
import { gaussianMatrix } from './data.mjs';
import { requireClose } from './harness.mjs';

const RIDGE = 1e-3;

export async function influence(n, d, q) {
  const [X, Z] = [gaussianMatrix(n, d, 1), gaussianMatrix(q, d, 2)];
  const [Y, Yt] = [gaussianMatrix(n, 1, 3), gaussianMatrix(q, 1, 4)];
  const [K, Kt] = [await infiniteNtk(X), await infiniteNtk(X, Z)];
  const contestants = {
    ours: async () => {
      const model = await KernelRidge.fit(K, Y, { ridge: RIDGE });
      return (await model.influence(Kt, Yt)).data;
    },
    'n refits': () => refits(K, Kt, Y, Yt),
  };
  requireClose(await contestants.ours(), await contestants['n refits'](), 1e-9, 'influence');
  return { name: 'KernelRidge.influence', size: `n ${n}, q ${q}`, contestants };
}

async function refits(K, Kt, Y, Yt) {
  const [n, q] = [K.rows, Kt.rows];
  const full = await (await KernelRidge.fit(K, Y, { ridge: RIDGE })).predict(Kt);
  const influence = new Float64Array(q * n);
  for (let i = 0; i < n; i++) {
    const rest = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    const columns = (M) => Matrix.from(M.toArray().map((row) => rest.map((j) => row[j])));
    const model = await KernelRidge.fit(columns(K.selectRows(rest)), Y.selectRows(rest), {
      ridge: RIDGE,
    });
    const without = await model.predict(columns(Kt));
    for (let t = 0; t < q; t++) {
      const loss = (f) => 0.5 * (f.data[t] - Yt.data[t]) ** 2;
      influence[t * n + i] = loss(without) - loss(full);
    }
  }
  return influence;
}
