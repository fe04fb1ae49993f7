/** The tables of an audit, each with the definitions of its numbers. */
import type { Audit, AuditedPoint, Intervention } from '../../audit/result.js';
import { infiniteCondition, percent, percentNumber, signed, significant } from '../format.js';
import { NONE, textCell, type Table, type TableCell, type TableRow } from '../table.js';
import { mostInfluential, suspects } from './points.js';
import { wilson } from './wilson.js';

type Spectrum = Audit['spectrum']['data'];

/** All tables, in the order of the page. */
export function auditTables(audit: Audit, top: number): Table[] {
  return [
    fitTable(audit),
    spectrumTable(audit),
    recoveryTable(audit),
    malleabilityTable(audit),
    suspectTable(audit, top),
    influenceTable(audit, top),
  ];
}

/** How well labels are predicted, and how far the solution can be trusted. */
export function fitTable({ fit, setting, labels }: Audit): Table {
  const { accuracy, majority, diagnostics } = fit;
  const [low, high] = wilson(accuracy, setting.n);
  const row = (head: string, value: string, detail?: string): TableRow => ({
    head,
    cells: [{ value, ...(detail === undefined ? {} : { detail }) }],
  });
  return {
    name: 'fit',
    caption: 'Kernel ridge regression',
    columns: ['', 'value'],
    groups: [
      {
        rows: [
          row(
            'leave-one-out accuracy',
            percent(accuracy),
            `[${percentNumber(low)}, ${percentNumber(high)}]`,
          ),
          row('largest class', percent(majority)),
          row('labels it disagrees with', `${labels.disagreeing} of ${setting.n}`),
          row('of these by confident learning', String(labels.confident)),
          row('ridge λ', significant(diagnostics.ridge)),
          row('condition of K + λI', significant(diagnostics.conditionEstimate)),
          row('smallest pivot', significant(diagnostics.smallestPivot)),
          row('residual', significant(diagnostics.residual)),
        ],
      },
    ],
    notes: [
      'Leave-one-out accuracy: share of points whose given label the regression without the point predicts, exactly, ' +
        'from one factor; in brackets the 95 % Wilson interval. Wrong labels count against it.',
      'Confident learning: points for which a class that is not the given one reaches the mean share of its own points.',
      'Condition: estimate from below of |A|₁ |A⁻¹|₁, A = K + λI. Residual: |Y - A α|_F / (|A|_F |α|_F + |Y|_F).',
    ],
  };
}

/** Condition numbers by their definitions, of the Gram matrix and the kernel. */
export function spectrumTable({ spectrum }: Audit): Table {
  const columns = [spectrum.data, spectrum.kernel];
  const row = (head: string, show: (of: Spectrum) => string): TableRow => ({
    head,
    cells: columns.map((of) => textCell(show(of))),
  });
  const condition = (of: Spectrum, value: number): string =>
    Number.isFinite(value)
      ? significant(value)
      : infiniteCondition([of.rank], Math.min(of.n, of.d));
  return {
    name: 'spectrum',
    caption: 'Spectrum and condition',
    columns: ['', 'X Xᵀ', 'kernel K'],
    groups: [
      {
        rows: [
          row('rank', ({ rank }) => String(rank)),
          row('κ', (of) => condition(of, of.kappa)),
          row('κ_{d}', ({ kappaD }) => significant(kappaD)),
          row(`κ_{${spectrum.kernel.kappaK.k}}`, ({ kappaK }) => significant(kappaK.value)),
          row('λ₁ / trace', ({ topShare }) => significant(topShare)),
          row('effective rank', ({ effectiveRank }) => significant(effectiveRank)),
        ],
      },
    ],
    notes: [
      'X: the unit rows that the kernel sees. Rank: eigenvalues above max(n, d) times machine epsilon of the largest.',
      'κ = λ₁ / λ_{min(n, d)}, κ_{d} = λ₁ / λ_{rank}, κ_{k} = λ₁ / λ_{k} (∞ when k exceeds the rank). Effective rank: ' +
        'exp of the entropy of λ / trace.',
    ],
  };
}

/** How well the rankings find labels that were flipped on purpose. */
export function recoveryTable({ recovery, setting }: Audit): Table {
  const { planted, suspicion, confidence } = recovery;
  const row = (head: string, { areaUnderCurve, precision }: typeof suspicion): TableRow => ({
    head,
    cells: [textCell(significant(areaUnderCurve, 4)), textCell(percent(precision))],
  });
  return {
    name: 'recovery',
    caption: `${planted} of ${setting.n} labels flipped on purpose: are they found?`,
    columns: ['ranking', 'area under curve', 'precision at 10 %'],
    groups: [{ rows: [row('suspicion', suspicion), row('self-confidence', confidence)] }],
    notes: [
      'In a copy of the labels a random tenth was changed to random other classes, and all points were ranked anew. Area ' +
        'under curve: chance that a flipped point ranks above another. Precision: share of flipped points in the top tenth.',
      'Labels that were wrong before count as false alarms here, so that both numbers are low rather than high.',
      'Suspicion: largest other output minus that of the given class, without the point. Self-confidence: share of the ' +
        'given class among the positive outputs, as in confident learning, of the same outputs.',
    ],
  };
}

const INTERVENTIONS: Readonly<Record<Intervention, string>> = {
  folds: 'other folds (noise of the measure)',
  noise: 'random signs',
  attack: 'FGSM',
};

/** How far the influence of the top set moves. */
export function malleabilityTable({ malleability }: Audit): Table {
  const { tau, eps, networkAccuracy, interventions } = malleability;
  return {
    name: 'malleability',
    caption: 'How malleable the influence is',
    columns: ['after', 'flips', 'weighted', 'unsure', 'overlap', 'ρ'],
    groups: [
      {
        rows: interventions.map((each) => ({
          head: INTERVENTIONS[each.intervention],
          cells: [
            textCell(percent(each.flipRate)),
            textCell(percent(each.weightedFlipRate)),
            textCell(`${each.indeterminate} of ${each.top}`),
            textCell(percent(each.topOverlap)),
            each.spearman === null ? NONE : textCell(significant(each.spearman)),
          ],
        })),
      },
    ],
    notes: [
      `Flips: share of the top ${percent(tau)} by |influence| that changes sign; weighted by |influence|; unsure: within ` +
        "rounding of 0, no flips. Overlap: share that stays at the top. ρ: Spearman's, over all points.",
      `Random signs and FGSM move every input of the top set by ${eps} standard deviations; FGSM along the gradient of a ` +
        `trained two-layer network (which fits ${percent(networkAccuracy)} of the labels). Queries stay as they are.`,
    ],
  };
}

/** The labels that are most doubtful. */
export function suspectTable(audit: Audit, top: number): Table {
  const name = (k: number): string => audit.setting.classes[k] ?? '';
  const shown = suspects(audit).slice(0, top);
  return {
    name: 'suspects',
    caption: 'Labels to look at first',
    columns: ['row', 'given', 'predicted', 'suspicion', 'self-confidence', 'influence'],
    groups: [
      {
        rows: shown.map((point) => ({
          head: String(point.index),
          cells: [
            textCell(name(point.label)),
            textCell(name(point.predicted)),
            textCell(signed(point.suspicion)),
            textCell(significant(point.confidence)),
            influenceCell(point, audit),
          ],
        })),
      },
    ],
    notes: [
      `The ${shown.length} points with the largest suspicion, of ${audit.labels.disagreeing} where it is positive. All points ` +
        'are in points.csv.',
    ],
  };
}

/** The points that help and harm most. */
export function influenceTable(audit: Audit, top: number): Table {
  const { classes } = audit.setting;
  const rows = (side: 'helpful' | 'harmful'): TableRow[] =>
    mostInfluential(audit, side, top).map((point) => ({
      head: String(point.index),
      cells: [
        textCell(classes[point.label] ?? ''),
        influenceCell(point, audit),
        textCell(signed(point.suspicion)),
      ],
    }));
  return {
    name: 'influence',
    caption: 'Points that matter most',
    columns: ['row', 'label', 'influence', 'suspicion'],
    groups: [
      { title: 'most helpful', rows: rows('helpful') },
      { title: 'most harmful', rows: rows('harmful') },
    ],
    notes: [
      'Influence: how much the mean of ½ |f(t) - y_{t}|² over points of other folds rises when the point is left out, exactly; ' +
        'mean over 4 of 5 folds. Positive: the point helps.',
      `Below ${significant(audit.influence.floor)} (machine epsilon × condition × largest score) a score has no certain sign: ` +
        `${audit.influence.indeterminate} points.`,
    ],
  };
}

function influenceCell({ influence }: AuditedPoint, audit: Audit): TableCell {
  const sure = Math.abs(influence) > audit.influence.floor;
  return { value: signed(influence), ...(sure ? {} : { detail: '(rounding)' }) };
}
