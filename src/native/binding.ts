/** The exports of the addon, typed. Arguments are checked in native code; see native/binding. */

/** The element arrays that cross the boundary. */
export type Elements = Float64Array | Float32Array;

/** A matrix as it crosses the boundary; `Matrix` has this shape. */
export interface RawMatrix<T extends Elements = Elements> {
  readonly data: T;
  readonly rows: number;
  readonly cols: number;
}

declare const handle: unique symbol;
/** A native object that JavaScript holds but cannot look into. */
export interface Handle<Kind extends string> {
  readonly [handle]: Kind;
}
export type Job = Handle<'job'>;
export type RidgeHandle = Handle<'ridge'>;

/** What every asynchronous operation takes beside its own arguments. */
export interface Common {
  readonly memoryBudget?: number | undefined;
  /** Memory that an operation of one result takes for it; other operations do not look at it. */
  readonly out?: RawMatrix | undefined;
}
type Asynchronous<Request, Result> = (request: Request & Common, job?: Job) => Promise<Result>;

interface KernelRequest {
  readonly X: RawMatrix;
  readonly Z?: RawMatrix | undefined;
}
interface AttentionRequest {
  readonly X: RawMatrix;
  readonly queries?: RawMatrix | undefined;
  readonly normalize: boolean;
  readonly projectionSeed?: number | undefined;
}
interface InfluenceRequest {
  readonly model: RidgeHandle;
  readonly Kt: RawMatrix;
  readonly Yt: RawMatrix;
  readonly target: 'loss' | 'margin' | 'prediction';
}
/** Hidden units: their weights, or what these are drawn from. */
interface UnitsRequest extends KernelRequest {
  readonly weights?: RawMatrix | undefined;
  readonly seed?: number | undefined;
  readonly width?: number | undefined;
  readonly scale?: number | undefined;
}
interface NetworkRequest {
  readonly weights: RawMatrix;
  readonly signs: RawMatrix;
}
type Trained = 'first' | 'both';
/**
 * The loss of a point's outputs f against its targets y: -sum_k y_k log softmax(f)_k (`cross-entropy`) or
 * 1/2 |f - y|^2 (`squared`).
 */
export type LossName = 'cross-entropy' | 'squared';
export interface PipelineRequest extends NetworkRequest {
  readonly context?: RawMatrix | undefined;
  readonly transductive: boolean;
  readonly unitRows: boolean;
  readonly loss: LossName;
  readonly Y: RawMatrix;
}
export interface AttackRequest {
  readonly pixels: RawMatrix;
  readonly eps: number;
  readonly alpha: number;
  readonly epsUnits: 'pixel' | 'standardized' | 'unit';
  readonly scale?: RawMatrix | undefined;
  readonly steps: number;
  readonly momentum?: number | undefined;
  readonly randomStart: boolean;
  readonly low: number;
  readonly high: number;
  readonly attackSeed: number;
}
export interface TrainRequest {
  readonly Y: RawMatrix;
  readonly loss: LossName;
  readonly optimizer: 'adam' | 'sgd';
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: 'constant' | 'cosine';
  readonly weightDecay: number;
  readonly decay: 'coupled' | 'decoupled';
  readonly decayTowards: 'zero' | 'start';
  readonly snapshots?: RawMatrix | undefined;
  readonly seed: number;
  /** Epochs behind it, of a training that can be gone on with; above 0 with what they left. */
  readonly 'from.epoch'?: number | undefined;
  readonly 'from.network.weights'?: RawMatrix | undefined;
  readonly 'from.moments'?: RawMatrix | undefined;
}
export interface TrainedWeights {
  readonly weights: RawMatrix;
  /** With Adam, of a training that can be gone on with. */
  readonly moments?: RawMatrix | undefined;
  readonly losses: Float64Array;
  readonly snapshots: readonly RawMatrix[];
}
interface SequenceRequest {
  readonly seed: number;
  readonly stream: number;
  readonly count: number;
}

export interface NativeRuntime {
  readonly blas: string;
  readonly core: string;
  readonly isa: string;
  readonly threads: number;
  readonly cores: number;
  readonly memory: number;
}

/** Limits of the machine, all a second and over all threads: flops, bits counted, bytes, lines exchanged by two cores. */
export interface MachineLimits {
  readonly fmaDouble: number;
  readonly fmaSingle: number;
  readonly bitCounts: number;
  readonly read: number;
  readonly write: number;
  readonly copy: number;
  readonly update: number;
  readonly firstTouch: number;
  readonly exchanges: number;
}

export interface NativeBinding {
  createJob(): Job;
  abortJob(job: Job): void;
  pauseJob(job: Job): void;
  jobProgress(job: Job): number;
  /** Aborts every operation of this context and waits until none of them runs. */
  stopOperations(): void;

  gram: Asynchronous<KernelRequest, RawMatrix>;
  secondMoment: Asynchronous<{ readonly X: RawMatrix }, RawMatrix>;
  largestNorm: (request: { readonly X: RawMatrix; readonly count: number }) => number;
  linearizedAttention: Asynchronous<
    AttentionRequest & {
      readonly layers: number;
      readonly stack: 'context' | 'self';
      readonly rank?: number | undefined;
    },
    RawMatrix
  >;
  softmaxAttention: Asynchronous<AttentionRequest & { readonly temperature: number }, RawMatrix>;
  kernelTargetAlignment: Asynchronous<{ readonly K: RawMatrix; readonly Y: RawMatrix }, number>;
  infiniteNtk: Asynchronous<KernelRequest & { readonly trained: Trained }, RawMatrix>;
  deepNtk: Asynchronous<KernelRequest & { readonly depth: number }, RawMatrix>;
  empiricalNtk: Asynchronous<UnitsRequest & { readonly trained: Trained }, RawMatrix>;
  empiricalNtkLadder: Asynchronous<
    UnitsRequest & { readonly trained: Trained; readonly widths: RawMatrix<Float64Array> },
    RawMatrix[]
  >;
  outputNtk: Asynchronous<UnitsRequest & { readonly signs: RawMatrix }, RawMatrix>;
  eigh: Asynchronous<
    { readonly A: RawMatrix; readonly vectors: boolean; readonly top?: number | undefined },
    { readonly values: RawMatrix<Float64Array>; readonly vectors?: RawMatrix<Float64Array> }
  >;

  ridgeFit: Asynchronous<
    {
      readonly K: RawMatrix;
      readonly Y: RawMatrix;
      readonly ridge: number;
      readonly factor: 'float64' | 'float32';
    },
    {
      readonly model: RidgeHandle;
      readonly alpha: RawMatrix<Float64Array>;
      readonly smallestPivot: number;
      readonly residual: number;
      readonly conditionEstimate: number;
      readonly refinements: number;
    }
  >;
  ridgePredict: Asynchronous<
    { readonly model: RidgeHandle; readonly Kt: RawMatrix },
    RawMatrix<Float64Array>
  >;
  ridgeLeaveOneOut: Asynchronous<{ readonly model: RidgeHandle }, RawMatrix<Float64Array>>;
  ridgeInfluence: Asynchronous<InfluenceRequest, RawMatrix<Float64Array>>;
  ridgeAggregate: Asynchronous<InfluenceRequest, RawMatrix<Float64Array>>;
  ridgePath: Asynchronous<
    { readonly K: RawMatrix; readonly Y: RawMatrix; readonly ridges: RawMatrix },
    {
      readonly alpha: RawMatrix<Float64Array>;
      readonly leaveOneOut: RawMatrix<Float64Array>;
      readonly measures: RawMatrix<Float64Array>;
    }
  >;

  createNetwork: Asynchronous<
    {
      readonly inputs: number;
      readonly outputs: number;
      readonly width: number;
      readonly seed: number;
      readonly scale: number;
      readonly precision: 'float64' | 'float32';
    },
    { readonly weights: RawMatrix; readonly signs: RawMatrix }
  >;
  predict: Asynchronous<NetworkRequest & { readonly X: RawMatrix }, RawMatrix>;
  train: Asynchronous<
    TrainRequest &
      (
        | (NetworkRequest & { readonly X: RawMatrix })
        | (PipelineRequest & Omit<AttackRequest, 'momentum'>)
      ),
    TrainedWeights
  >;
  inputGradient: Asynchronous<
    PipelineRequest & ({ readonly X: RawMatrix } | { readonly pixels: RawMatrix }),
    RawMatrix
  >;
  attack: Asynchronous<PipelineRequest & AttackRequest, RawMatrix>;

  gaussian(request: SequenceRequest): Float64Array;
  uniform(request: SequenceRequest): Float64Array;
  permutation(request: SequenceRequest): Int32Array;

  /** For the benchmarks: the limits of the machine, and the costs of a call by itself. */
  probe: Asynchronous<object, MachineLimits>;
  probeCall(): undefined;
  probeView(array: Elements): boolean;
  probeCopy(request: { readonly A: RawMatrix }): number;
  probeGivenGates: Asynchronous<
    {
      readonly X: RawMatrix;
      readonly weights: RawMatrix;
      readonly gram: boolean;
      readonly out?: RawMatrix | undefined;
    },
    { readonly K: RawMatrix; readonly seconds: number }
  >;
  probeCholesky: Asynchronous<
    { readonly A: RawMatrix },
    { readonly diagonal: RawMatrix; readonly seconds: number }
  >;
  probeRoundTrip: Asynchronous<object, undefined>;

  runtimeInfo(): NativeRuntime;
  setThreads(request: { readonly count: number }): void;
}
