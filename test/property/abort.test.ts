import { describe, expect, it } from 'vitest';
import { KernelRidge, Matrix } from '../../src/index.js';
import { gaussianMatrix, symmetricMatrix } from '../unit/linalg/matrices.js';

/** Large enough that the operation is still under way when the abort comes. */
const N = 1000;
const K = symmetricMatrix(N, (i, j) => (i === j ? 2 : 1 / (1 + i - j)));
const Y = gaussianMatrix(N, 2, 1);
const [Kt, Yt] = [gaussianMatrix(50, N, 2), gaussianMatrix(50, 2, 3)];

type Operation = (model: KernelRidge, signal?: AbortSignal) => Promise<Matrix>;

/** Both compute the diagonal of the inverse at the first call of either and keep it. */
const OPERATIONS: readonly [string, Operation][] = [
  ['influence', async (model, signal) => model.influence(Kt, Yt, { signal })],
  ['leaveOneOut', async (model, signal) => model.leaveOneOut({ signal })],
];

describe.each(OPERATIONS)('%s', (_, operation) => {
  it('that was aborted at its first call gives the same bits when asked again', async () => {
    const [model, fresh] = [await KernelRidge.fit(K, Y), await KernelRidge.fit(K, Y)];
    const controller = new AbortController();
    const aborted = operation(model, controller.signal);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect((await operation(model)).data).toEqual((await operation(fresh)).data);
  });

  it('that was aborted leaves another call under way alone', async () => {
    const model = await KernelRidge.fit(K, Y);
    const controller = new AbortController();
    const aborted = operation(model, controller.signal);
    const kept = operation(model);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect((await kept).data).toEqual((await operation(model)).data);
  });
});
