/**
 * ntkit: neural tangent kernels, linearized attention and influence at large width.
 *
 * @packageDocumentation
 */
export { ERROR_CODES, NtkitError, type ErrorCode } from './errors.js';
export type { OutputOptions, Precision, RunOptions } from './options.js';
export { runtimeInfo, setThreads, type RuntimeInfo } from './native/runtime.js';
export { gaussian, permutation, uniform } from './random.js';
export {
  kendallTauB,
  mean,
  spearman,
  standardDeviation,
  studentInterval,
  type Interval,
} from './statistics.js';

export { Matrix, type Elements } from './linalg/matrix.js';
export { crossGram, gram, secondMoment } from './linalg/gram.js';
export { eigh, type EighOptions, type EighResult } from './linalg/eigh.js';
export { frobeniusNorm, relativeDifference, spectralNorm, subtract } from './linalg/norms.js';

export {
  linearizedAttention,
  type AttentionOptions,
  type AttentionStack,
} from './kernels/attention.js';
export { softmaxAttention, type SoftmaxAttentionOptions } from './kernels/softmax-attention.js';
export type { Projections } from './kernels/projections.js';
export {
  deepNtk,
  infiniteNtk,
  type DeepNtkOptions,
  type InfiniteNtkOptions,
  type TrainedLayers,
} from './kernels/infinite-ntk.js';
export {
  empiricalNtk,
  empiricalNtkLadder,
  outputNtk,
  type DrawnWeights,
  type EmpiricalNtkLadderOptions,
  type EmpiricalNtkOptions,
  type HiddenUnits,
  type OutputNtkOptions,
} from './kernels/empirical-ntk.js';
export { kernelTargetAlignment } from './spectrum/alignment.js';
export {
  attendedSpectrum,
  attentionSpectrum,
  type AttentionSpectrum,
} from './spectrum/attention-spectrum.js';
export {
  leadingSpectrum,
  type LeadingSpectrum,
  type LeadingSpectrumOptions,
} from './spectrum/leading-spectrum.js';
export { predictedWidths, type PredictedWidths } from './spectrum/predicted-widths.js';
export {
  describeSpectrum,
  kernelSpectrum,
  spectrum,
  type Readings as SpectrumReadings,
  type Spectrum,
  type SpectrumOptions,
} from './spectrum/spectrum.js';
export {
  TwoLayerNetwork,
  deadUnits,
  type LossName,
  type NetworkOptions,
  type NetworkSnapshot,
  type TrainingResult,
} from './models/two-layer-network.js';
export type { ResumableTrainOptions, TrainOptions, TrainingState } from './models/training.js';
export { kernelDrift, type KernelDrift } from './models/kernel-drift.js';
export {
  fgsm,
  mim,
  pgd,
  pixelGradient,
  type AttackParameters,
  type AttackResult,
  type AttackTarget,
  type EpsUnits,
  type FgsmOptions,
  type MimOptions,
  type PgdOptions,
} from './attacks/linf.js';
export {
  trainAdversarially,
  type AdversarialTrainOptions,
  type AdversarialTrainingResult,
} from './attacks/train-adversarially.js';
export {
  KernelRidge,
  aggregateInfluence,
  type AggregateOptions,
  type InfluenceOptions,
  type InfluenceTarget,
  type KernelRidgeDiagnostics,
  type KernelRidgeOptions,
} from './influence/kernel-ridge.js';
export { ridgePath, type RidgePathOptions, type RidgePathPoint } from './influence/ridge-path.js';
export {
  malleability,
  noiseFloor,
  type Malleability,
  type MalleabilityOptions,
} from './influence/malleability.js';

export {
  drawIndices,
  oneHot,
  sampleImages,
  unitRows,
  type ImageDataset,
  type ImageSample,
  type LabelledImages,
  type Permute,
  type UnitRows,
} from './data/dataset.js';
export { loadIdxFolder } from './data/idx-folder.js';
export {
  openDataset,
  type OpenDatasetOptions,
  type OwnDataset,
  type TableReading,
} from './data/open-dataset.js';
export type { Features, ImageShape } from './data/features.js';
export type { LabelKind, Labels } from './data/labels.js';
export type { DataFormat } from './data/read-blocks.js';
export { loadNpy, saveNpy, type LoadNpyOptions, type MatrixOf } from './data/npy-matrix.js';
export { loadCifar10 } from './data/cifar10.js';
export { loadMnist, type DatasetOptions } from './data/mnist.js';
export {
  syntheticDataset,
  type Spectrum as SyntheticSpectrum,
  type SyntheticDataset,
  type SyntheticOptions,
} from './data/synthetic.js';

export { audit, type AuditOptions } from './audit/audit.js';
export type {
  Audit,
  AuditMalleability,
  AuditSetting,
  AuditedPoint,
  Detection,
  Intervention,
  Recovery,
} from './audit/result.js';
export {
  runSweep,
  type RunSweepOptions,
  type Shard,
  type SweepOutcome,
} from './sweeps/run-sweep.js';
export type { SweepRequest, OneOrMore } from './sweeps/config/config.js';
export type { AxisName, Settings } from './sweeps/config/axes.js';
export type { DataEntry, FilesEntry, SyntheticEntry } from './sweeps/config/schema.js';
export type { Choice, PlannedCell, SweepCell } from './sweeps/cells.js';
export type { InputsChoice, SampleChoice } from './sweeps/shared-work.js';
export type { EndedCell } from './sweeps/hosts.js';
export type { CellFailure } from './sweeps/run-cells.js';
export type { Bench, BenchInputs } from './sweeps/bench.js';
export type { DataSample, LabelledRows, SweepData } from './sweeps/data/sweep-data.js';
export type {
  CellRequest,
  Cost,
  DataShape,
  Measure,
  Needs,
  SharedWork,
  Values,
  WorkKind,
} from './sweeps/measures/measure.js';
