/** Operations that run at once do not disturb each other. */
import { expect, it } from 'vitest';
import {
  KernelRidge,
  TwoLayerNetwork,
  eigh,
  empiricalNtk,
  gram,
  infiniteNtk,
  linearizedAttention,
  type NtkitError,
} from '../../src/index.js';
import { snapshot } from '../support/snapshot.js';
import { points } from './long-operations.js';

const COUNT = 50;

/** Ten kinds of work, each of a size and data of its own. */
const KINDS: readonly ((i: number) => Promise<unknown>)[] = [
  async (i) => gram(points(90 + i, 40 + i, i)),
  async (i) => infiniteNtk(points(300 + i, 30, i)),
  async (i) => linearizedAttention(points(200, 60 + i, i), { queries: points(40, 60 + i, i + 1) }),
  async (i) => empiricalNtk(points(150, 40, i), undefined, { weights: points(64 + i, 40, i + 1) }),
  async (i) => eigh(await gram(points(60 + i, 80, i)), { vectors: true }),
  async (i) => {
    const model = await KernelRidge.fit(
      await infiniteNtk(points(200 + i, 20, i)),
      points(200 + i, 3),
    );
    return [model.alpha, model.diagnostics, await model.leaveOneOut()];
  },
  async (i) => TwoLayerNetwork.create({ inputs: 20 + i, outputs: 3, width: 70, seed: i }),
  async (i) => {
    const network = await TwoLayerNetwork.create({
      inputs: 20,
      outputs: 3,
      width: 100 + i,
      seed: i,
    });
    const options = { loss: 'squared', epochs: 4, batchSize: 32, seed: i } as const;
    return network.train(points(120, 20, i), points(120, 3, i + 1), options);
  },
  async (i) => gram(points(300, 50, i).toFloat32()),
  async (i) =>
    gram(points(2, 2, i), { memoryBudget: 1 }).catch(
      (error: unknown) => (error as NtkitError).code,
    ),
];

async function work(i: number): Promise<string> {
  return snapshot(await KINDS[i % KINDS.length]?.(i));
}

it(`${COUNT} mixed operations at once give the bits that they give one after another`, async () => {
  const alone: string[] = [];
  for (let i = 0; i < COUNT; i++) alone.push(await work(i));
  const together = await Promise.all(alone.map(async (_, i) => work(i)));
  const different = alone.flatMap((bits, i) => (bits === together[i] ? [] : [i % KINDS.length]));
  expect(different).toEqual([]);
  expect(new Set(alone).size).toBeGreaterThan(COUNT * 0.8);
});
