/**
 * Every tolerance of the numeric tests, by name and with its reason. A test that needs another bound adds
 * a line here instead of a number of its own. The measure is |actual - expected| / max(|expected|, 1):
 * relative above 1, absolute below, since inputs are unit rows and targets are one-hot.
 */
export const TOLERANCE = {
  /** A handful of float64 roundings: statistics of small samples, closed forms, sums of a few terms. */
  rounding: 1e-14,
  /** Kernel entries of unit rows: one inner product and one smooth function of the angle. */
  kernel: 1e-13,
  /** The same in float32: rounding is 5e8 times as coarse. */
  float32Kernel: 5e-6,
  /** A few steps of Adam in float32, each of which divides small gradients by their own size. */
  float32Training: 1e-5,
  /** Eighty steps of Adam in float32 with products rounded once or twice. */
  isaTraining: 1e-4,
  /** Bisection on a probability: its rounding divided by the density at the quantile. */
  studentQuantile: 1e-11,
  /** Eigenvalues, and whatever follows from one well-conditioned solve: the golden fixtures' own accuracy. */
  golden: 1e-10,
  /** Solves with the kernel G^3, whose condition number is the cube of that of G. */
  illConditioned: 1e-8,
  /** Central differences with step 1e-5: truncation 1e-10, cancellation 1e-11 for values near 1. */
  finiteDifference: 1e-9,
  /** Reference values printed with seven decimals. */
  sevenDecimals: 5e-8,
} as const;
