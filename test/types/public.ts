/**
 * The types that users meet, checked by the compiler alone (`node scripts/check.mjs types`): a line that should not
 * compile and does is as much an error as the reverse.
 */
import { expectTypeOf } from 'vitest';
import {
  KernelRidge,
  Matrix,
  NtkitError,
  TwoLayerNetwork,
  eigh,
  empiricalNtkLadder,
  gram,
  infiniteNtk,
  malleability,
  pgd,
  type AttackResult,
  type ErrorCode,
} from '../../src/index.js';

/** Never called. */
export async function publicTypes(
  double: Matrix,
  single: Matrix<Float32Array>,
  error: NtkitError,
): Promise<void> {
  // The precision goes through.
  expectTypeOf(await gram(double)).toEqualTypeOf<Matrix>();
  expectTypeOf(await gram(single)).toEqualTypeOf<Matrix<Float32Array>>();
  expectTypeOf(await infiniteNtk(single)).toEqualTypeOf<Matrix<Float32Array>>();
  expectTypeOf(Matrix.from([[1]])).toEqualTypeOf<Matrix>();
  // @ts-expect-error Points and queries of two precisions do not mix.
  await infiniteNtk(double, single);
  // @ts-expect-error Nor do a result and the memory given for it.
  await gram(double, { out: single });
  // @ts-expect-error Regression is float64.
  await KernelRidge.fit(single, double);

  // Elements are read, not replaced.
  // @ts-expect-error A matrix keeps its size.
  double.rows = 3;

  // Options are checked by name and value.
  // @ts-expect-error A misspelt option.
  await infiniteNtk(double, double, { trianed: 'both' });
  // @ts-expect-error A value out of two.
  await infiniteNtk(double, double, { trained: 'second' });
  // @ts-expect-error Widths are needed.
  await empiricalNtkLadder(double, double, { weights: { seed: 0, width: 4 } });
  const network = await TwoLayerNetwork.create({ inputs: 2, outputs: 1, width: 4, seed: 0 });
  expectTypeOf(network).toEqualTypeOf<TwoLayerNetwork>();
  const narrow = { inputs: 2, outputs: 1, width: 4, seed: 0, precision: 'float32' } as const;
  expectTypeOf(await TwoLayerNetwork.create(narrow)).toEqualTypeOf<TwoLayerNetwork<Float32Array>>();
  // @ts-expect-error A network of a seed nobody chose cannot be made again.
  await TwoLayerNetwork.create({ inputs: 2, outputs: 1, width: 4 });

  // Results say what may be missing.
  expectTypeOf((await eigh(double)).vectors).toEqualTypeOf<Matrix | undefined>();
  expectTypeOf(malleability([1], [2]).spearman).toEqualTypeOf<number | null>();
  const attack = pgd({ network, loss: 'squared' }, double, double, { eps: 0.1, seed: 0 });
  expectTypeOf(await attack).toEqualTypeOf<AttackResult<Float64Array>>();

  // The codes are closed: a switch over them needs no default.
  expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  // @ts-expect-error No such code.
  expectTypeOf<ErrorCode>().toEqualTypeOf<'ERR_SOMETHING'>();
}
