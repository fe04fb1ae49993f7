/** The tests of the paper's propositions as tables. */
import type {
  ApproximationRecord,
  InfluenceSensitivityRecord,
  Range,
  SensitivityRecord,
  TargetFamily,
  TheoryKernel,
} from '../../experiments/studies/theory-results.js';
import { significant } from '../format.js';
import { PLAIN, POWER, countCell, estimateCell, type Table, type TableRow } from '../table.js';
import { ascending, groupBy } from '../aggregate.js';

/** Every form of the bound of Proposition 4.5 against what the kernel does. */
export function sensitivityTable(records: readonly SensitivityRecord[]): Table {
  const sizes = ascending(records.map(({ n }) => n));
  const row =
    (ofSize: readonly SensitivityRecord[]) =>
    (head: string, value: (record: SensitivityRecord) => number): TableRow => ({
      head,
      cells: [countCell([ofSize.length]), estimateCell(ofSize.map(value), PLAIN)],
    });
  const [first] = records;
  return {
    name: 'sensitivity',
    caption: 'Change of the attended kernel when one point moves (Proposition 4.5)',
    columns: ['', 'seeds', 'value'],
    groups: sizes.flatMap((n) => {
      const add = row(records.filter((record) => record.n === n));
      const over = (
        bound: string,
        range: (record: SensitivityRecord) => Range,
        end: keyof Range,
      ): TableRow => add(`${end} |ΔK| / ${bound}`, (record) => range(record)[end]);
      return [
        {
          title: `n = ${n}, |δ|_{∞} ≤ eps`,
          rows: [
            add('eps |C^{2} x_{j}|_{1}, median over points', ({ linf }) => linf.bound),
            over('eps |C^{2} x_{j}|_{1}', ({ linf }) => linf.attained, 'smallest'),
            over('eps |C^{2} x_{j}|_{1}', ({ linf }) => linf.attained, 'largest'),
            add('largest under random δ', ({ linf }) => linf.random),
            over('eps |g_{j}|_{1}', ({ linf }) => linf.columnReading, 'smallest'),
            over('eps |g_{j}|_{1}', ({ linf }) => linf.columnReading, 'largest'),
            add('share of points above eps |g_{j}|_{1}', ({ linf }) => linf.columnExceeded),
          ],
        },
        {
          title: `n = ${n}, |δ|_{2} ≤ eps`,
          rows: [
            add('eps |C^{2} x_{j}|_{2}, median over points', ({ l2 }) => l2.bound),
            over('eps |C^{2} x_{j}|_{2}', ({ l2 }) => l2.attained, 'smallest'),
            over('eps |C^{2} x_{j}|_{2}', ({ l2 }) => l2.attained, 'largest'),
            add('largest under random δ', ({ l2 }) => l2.random),
            over('eps |G g_{j}|_{1}', ({ l2 }) => l2.gramBound, 'smallest'),
            over('eps |G g_{j}|_{1}', ({ l2 }) => l2.gramBound, 'largest'),
            over('eps |g_{j}|_{1}', ({ l2 }) => l2.columnReading, 'smallest'),
            over('eps |g_{j}|_{1}', ({ l2 }) => l2.columnReading, 'largest'),
            add('share of points above eps |g_{j}|_{1}', ({ l2 }) => l2.columnExceeded),
          ],
        },
      ];
    }),
    notes: [
      'ΔK = K(x_{i} + δ, x_{j}) − K(x_{i}, x_{j}) of K = G^{3}, the context C = Xᵀ X held fixed: ΔK = δᵀ C^{2} x_{j}. g_{j}: column j of G = X Xᵀ.',
      'Ratios are of |ΔK| under the δ that maximises it, for every point j; 1 throughout: the bound is attained. ' +
        `Random: ${first?.draws ?? 0} perturbations a point of the largest size, over the first bound; eps = ${first?.eps ?? 0}.`,
      'The paper prints |G x_{j}|_{1}, which has no meaning for x_{j} of d elements. Read as |g_{j}|_{1} it is no bound where a ratio exceeds 1; |G g_{j}|_{1} bounds |δ|_{2} ≤ eps.',
      'The excess for |δ|_{∞} grows with n: rows of mean x̄ with c = |x̄|_{2}^{2}, the mean cosine, make it about c n |x̄|_{1}.',
      'Mean and 95 % Student-t interval over seeds.',
    ],
  };
}

const KERNEL_LABELS: Readonly<Record<TheoryKernel, string>> = {
  relu: '2L-ReLU, K_{∞}',
  attention: 'MLP-Attn, K_{∞}',
  gram: 'G',
  'attended-gram': 'G^{3}',
};

const KERNEL_NOTE =
  '2L-ReLU: K_{∞} of the unit rows X. MLP-Attn: K_{∞} of the unit rows of X Xᵀ X. G = X Xᵀ. G^{3}: linearized attention without the network (Theorem 4.1).';

/** S(K, lambda, y) of the kernels with and without attention. */
export function influenceSensitivityTable(records: readonly InfluenceSensitivityRecord[]): Table {
  const ridge = records[0]?.ridge ?? NaN;
  return {
    name: 'influence-sensitivity',
    caption: 'Intrinsic influence sensitivity S(K, λ, y) = L_{K} |y|^{2} / λ^{2}',
    columns: ['', 'seeds', 'L_{K}', 'L_{K} / mean K_{ii}', 'S'],
    groups: ascending(records.map(({ n }) => n)).map((n) => {
      const kernels = records
        .filter((record) => record.n === n)
        .flatMap((record) => record.kernels);
      return {
        title: `n = ${n}`,
        rows: [...groupBy(kernels, ({ kernel }) => kernel)].map(([kernel, ofKernel]) => ({
          head: KERNEL_LABELS[kernel as TheoryKernel],
          cells: [
            countCell([ofKernel.length]),
            estimateCell(
              ofKernel.map(({ lipschitz }) => lipschitz),
              PLAIN,
            ),
            estimateCell(
              ofKernel.map(({ lipschitz, meanDiagonal }) => lipschitz / meanDiagonal),
              PLAIN,
            ),
            estimateCell(
              ofKernel.map(({ log10S }) => log10S),
              POWER,
            ),
          ],
        })),
      };
    }),
    notes: [
      'L_{K} = max over training points i ≠ j of |∇_{xᵢ} K(x_{i}, x_{j})|_{1}, the context held fixed: the change of K for each unit of an l_{∞} perturbation of x_{i}, before any normalisation of that row.',
      `|y|^{2} = |Y|_{F}^{2} of the one-hot targets; λ = ${ridge}.`,
      'S grows with the scale of the kernel while λ stays: L_{K} / mean K_{ii} compares kernels of different scale.',
      KERNEL_NOTE,
      'Mean and 95 % Student-t interval over seeds, for S of the logarithm.',
    ],
  };
}

const TARGET_LABELS: Readonly<Record<TargetFamily, string>> = {
  top: 'aligned: first eigenvectors of G',
  bottom: 'misaligned: last eigenvectors of G',
  random: 'random mixtures of eigenvectors of G',
  labels: 'labels',
};

/** Alignment, RKHS norm and test error of each kernel on each family of targets. */
export function approximationTable(records: readonly ApproximationRecord[]): Table {
  const tolerance = records.find((record) => record.tolerance !== null)?.tolerance;
  const families = Object.keys(TARGET_LABELS);
  const groups = groupBy(
    records.toSorted((a, b) => families.indexOf(a.target) - families.indexOf(b.target)),
    ({ n, target, columns }) => `n = ${n}, ${TARGET_LABELS[target]} (${columns})`,
  );
  return {
    name: 'approximation',
    caption: 'Approximation error with and without attention',
    columns: ['', 'seeds', 'alignment', 'RKHS norm', 'test error'],
    groups: [...groups].map(([title, ofTarget]) => ({
      title,
      rows: [
        ...groupBy(
          ofTarget.flatMap(({ fits }) => fits),
          ({ kernel }) => kernel,
        ),
      ].map(([kernel, fits]) => ({
        head: KERNEL_LABELS[kernel as TheoryKernel],
        cells: [
          countCell([fits.length]),
          ...(['alignment', 'rkhsNorm2', 'testError'] as const).map((measure) =>
            estimateCell(
              fits.map((fit) => fit[measure]),
              PLAIN,
            ),
          ),
        ],
      })),
    })),
    notes: [
      'Targets: x · w with the values √n u on the training points, u a unit eigenvector of G = X Xᵀ or a mixture; in brackets their number.' +
        (tolerance == null
          ? ''
          : ` Eigenvectors of eigenvalues up to ${significant(tolerance)} × λ_{1} are left out.`),
      'Alignment ⟨K, Y Yᵀ⟩ / (|K|_{F} |Y Yᵀ|_{F}), not centred. RKHS norm: tr(Yᵀ (K + λ I)^{-1} Y) / |Y|_{F}^{2}. ' +
        `Test error: |F(Z) − Y_{t}|_{F}^{2} / |Y_{t}|_{F}^{2} of kernel ridge regression; λ = ${records[0]?.ridge ?? NaN}.`,
      'Every kernel is scaled to a mean diagonal of 1, so that λ means the same for all.',
      KERNEL_NOTE,
      'Mean and 95 % Student-t interval over seeds.',
    ],
  };
}
