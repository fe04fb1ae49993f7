/** Whether OpenBLAS knows the CPU: one that is older than it falls back to kernels of a CPU of the last century. */

/** Kernel families of OpenBLAS by the instructions they use, and the one to ask for. */
const FAMILIES: Readonly<
  Record<string, { readonly fit: readonly string[]; readonly ask: string }>
> = {
  avx512: { fit: ['skylakex', 'cooperlake', 'sapphirerapids'], ask: 'SkylakeX' },
  avx2: {
    fit: ['haswell', 'zen', 'excavator', 'skylakex', 'cooperlake', 'sapphirerapids'],
    ask: 'Haswell',
  },
};

/**
 * The value of the environment variable `OPENBLAS_CORETYPE` that makes OpenBLAS use the instructions which this
 * package's own kernels use, or undefined where it does, or is not the BLAS in use.
 *
 * @param runtime - what {@link runtimeInfo} reports of `blas`, `core` and `isa`.
 */
export function betterCoreType(runtime: {
  readonly blas: string;
  readonly core: string;
  readonly isa: string;
}): string | undefined {
  const family = FAMILIES[runtime.isa];
  if (family === undefined || !runtime.blas.startsWith('OpenBLAS')) return undefined;
  return family.fit.includes(runtime.core.toLowerCase()) ? undefined : family.ask;
}
