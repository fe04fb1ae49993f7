/**
 * Seeded random sequences: Philox 4x32-10, a pure function of (seed, stream, index), the same bits on every
 * platform and at any thread count.
 */
import { callSync } from './native/call.js';

/** What experiments draw, each from a stream of its own (streams below 1000 belong to the native core). */
export const STREAMS = {
  trainSample: 1001,
  testSample: 1002,
  leftVectors: 1003,
  rightVectors: 1004,
  calibration: 1005,
  signPerturbations: 1031,
  normalPerturbations: 1032,
  targetMixtures: 1033,
  removedPoints: 1021,
  subsets: 1022,
  auditSample: 1061,
  auditFolds: 1062,
  auditOtherFolds: 1063,
  auditFlips: 1064,
  auditFlippedTo: 1065,
  auditNoise: 1066,
} as const;

/**
 * `count` standard normal numbers.
 *
 * @param seed - integer from 0 to 2^53 - 1.
 * @param stream - integer from 0 to 2^53 - 1: sequences of different streams are independent.
 * @throws NtkitError `ERR_INVALID_ARGUMENT`.
 */
export function gaussian(seed: number, stream: number, count: number): Float64Array {
  return callSync((binding) => binding.gaussian({ seed, stream, count }));
}

/** `count` numbers uniform on the open interval (0, 1). Arguments as for {@link gaussian}. */
export function uniform(seed: number, stream: number, count: number): Float64Array {
  return callSync((binding) => binding.uniform({ seed, stream, count }));
}

/** A uniformly random order of 0 ... count - 1. Arguments as for {@link gaussian}. */
export function permutation(seed: number, stream: number, count: number): Int32Array {
  return callSync((binding) => binding.permutation({ seed, stream, count }));
}
