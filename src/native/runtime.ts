/** What was loaded, and the threads it runs on. */
import { readFileSync } from 'node:fs';
import { callSync } from './call.js';
import { nativePath } from './load.js';

/** What {@link runtimeInfo} reports. */
export interface RuntimeInfo {
  /** Version of this package. */
  readonly version: string;
  /** File of the addon that was loaded. */
  readonly addon: string;
  /** BLAS and LAPACK, for example `OpenBLAS 0.3.21`. */
  readonly blas: string;
  /** Kernel family that BLAS chose for this CPU. */
  readonly core: string;
  /** Instruction set that this package's own kernels run on. */
  readonly isa: string;
  /** Threads of the process-wide pool. */
  readonly threads: number;
  /** Cores this process may use (affinity, cgroup). */
  readonly cores: number;
  /** Bytes this process may still take (cgroup limit or free memory, the tighter). */
  readonly memory: number;
}

/**
 * Describes the native side.
 *
 * @throws NtkitError `ERR_NATIVE_LOAD` when the addon does not load.
 */
export function runtimeInfo(): RuntimeInfo {
  const runtime = callSync((binding) => binding.runtimeInfo());
  return { version: packageVersion(), addon: nativePath(), ...runtime };
}

/**
 * Sets how many threads numeric work may use, in the whole process.
 *
 * @param count - from 1 to 1024; default at start: the cores this process may use.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function setThreads(count: number): void {
  callSync((binding) => {
    binding.setThreads({ count });
  });
}

/** Version of this package, from its package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
