import { describe, expect, it } from 'vitest';
import { betterCoreType } from '../../../src/native/blas-core.js';

describe('betterCoreType', () => {
  it.each([
    ['OpenBLAS 0.3.21', 'Prescott', 'avx512', 'SkylakeX'],
    ['OpenBLAS 0.3.21', 'Haswell', 'avx512', 'SkylakeX'],
    ['OpenBLAS 0.3.21', 'Prescott', 'avx2', 'Haswell'],
    ['OpenBLAS 0.3.30', 'Cooperlake', 'avx512', undefined],
    ['OpenBLAS 0.3.30', 'SkylakeX', 'avx2', undefined],
    ['OpenBLAS 0.3.21', 'Zen', 'avx2', undefined],
    ['OpenBLAS 0.3.21', 'neoversen1', 'neon', undefined],
    ['OpenBLAS 0.3.21', 'Prescott', 'portable', undefined],
    ['BLIS 0.9.0', 'generic', 'avx512', undefined],
  ])('of %s with %s kernels beside %s is %s', (blas, core, isa, better) => {
    expect(betterCoreType({ blas, core, isa })).toBe(better);
  });
});
