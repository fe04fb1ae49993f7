/** Typed access to the golden fixtures; test/golden/fixtures/README.md says what each value means. */
import { readFileSync } from 'node:fs';
import { parseNpy, type NpyArray } from './npy.js';

/** Matrices are arrays of rows. */
type Rows = number[][];

/** One kernel of the synthetic case with everything that ridge regression yields from it. */
export interface SyntheticKernel {
  readonly K: Rows;
  readonly Kt: Rows;
  readonly alpha: Rows;
  readonly predictions: Rows;
  readonly influence_loss: Rows;
  readonly loo_residual: Rows;
}

export interface SyntheticCase {
  readonly n: number;
  readonly d: number;
  readonly ridge: number;
  readonly X: Rows;
  readonly Z: Rows;
  readonly W: Rows;
  readonly Y: Rows;
  readonly Yt: Rows;
  readonly attention_raw: Rows;
  readonly attention_normalized: Rows;
  readonly attention_queries_normalized: Rows;
  readonly G3: Rows;
  readonly eigenvalues_G: number[];
  readonly kappa: number;
  readonly eigenvalues_attended_normalized: number[];
  readonly ntk_both_layers: Rows;
  readonly ntk_depth3_he: Rows;
  readonly kernels: Readonly<Record<'infinite' | 'empirical' | 'attention', SyntheticKernel>>;
  readonly malleability: {
    readonly before: number[];
    readonly after: number[];
    readonly tau: number;
    readonly flip_rate: number;
    readonly flip_rate_tau_half: number;
    readonly spearman: number;
    readonly kendall: number;
    readonly top_overlap: number;
  };
}

export interface FlipCase {
  readonly before: number[];
  readonly after: number[];
  readonly cases: readonly {
    readonly frac: number;
    /** Whether the top set is taken by |before| or by before. */
    readonly mode: 'abs' | 'signed';
    readonly top: number[];
    readonly flip_rate: number;
    readonly overlap: number;
  }[];
  readonly spearman: number;
  readonly spearman_abs: number;
}

/** The arrays of case A, by the names of gold_a.json. */
export interface CaseA {
  vector(name: string): number[];
  matrix(name: string): Rows;
  /** A three-dimensional array, indexed [i][j][k]. */
  tensor(name: string): number[][][];
}

/** The ridge of case A, stated in the description of gold_a.json. */
export const CASE_A_RIDGE = 1e-3;

export function syntheticCase(): SyntheticCase {
  return readJson('synthetic.json') as SyntheticCase;
}

export function flipCase(): FlipCase {
  return readJson('case-a/flip_case.json') as FlipCase;
}

export function caseA(): CaseA {
  return {
    vector: (name) => [...readArray(name, 1).data],
    matrix: (name) => {
      const { shape, data } = readArray(name, 2);
      return split([...data], shape[1] ?? 0);
    },
    tensor: (name) => {
      const { shape, data } = readArray(name, 3);
      return split(split([...data], shape[2] ?? 0), shape[1] ?? 0);
    },
  };
}

function readArray(name: string, dimensions: number): NpyArray {
  const array = parseNpy(readFileSync(fixture(`case-a/gold_a_${name}.npy`)));
  if (array.shape.length !== dimensions) {
    throw new Error(
      `Expected ${dimensions} dimensions for ${name} but received ${array.shape.length}`,
    );
  }
  return array;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(fixture(path), 'utf8'));
}

function fixture(path: string): URL {
  return new URL(`../golden/fixtures/${path}`, import.meta.url);
}

function split<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: items.length / length }, (_, i) =>
    items.slice(i * length, (i + 1) * length),
  );
}
