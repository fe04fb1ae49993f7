/** An audit in sentences: what it found, and what of it not to trust. */
import type { Audit, AuditMalleability, Intervention } from '../../audit/result.js';
import { percent, significant } from '../format.js';
import type { Verdict } from '../verdict.js';
import { suspects } from './points.js';
import { wilson } from './wilson.js';

/** A question with its answer. */
export interface Finding {
  readonly question: string;
  readonly verdict: Verdict;
  readonly because: string;
}

/** A ranking with a smaller area finds flipped labels too rarely to work through its list. */
const GOOD_AREA = 0.9;
const POOR_AREA = 0.7;
/** From this share of sign changes on, single scores say little. */
const MANY_FLIPS = 0.1;
/** Double precision less this many digits leaves too few for signs of small scores. */
const LARGE_CONDITION = 1e10;
/** Classes with fewer points are hardly predicted without one of them. */
const SMALL_CLASS = 5;

/** The answers of the summary. */
export function findings(audit: Audit): Finding[] {
  return [predictable(audit), doubtful(audit), rankable(audit), stable(audit)];
}

function predictable({ fit, setting }: Audit): Finding {
  const [low] = wilson(fit.accuracy, setting.n);
  const better = low > fit.majority;
  return {
    question: 'Does the kernel learn these labels?',
    verdict: better ? yes('yes') : no('not beyond the largest class'),
    because: `leave-one-out accuracy ${percent(fit.accuracy)}, largest class ${percent(fit.majority)}`,
  };
}

function doubtful(audit: Audit): Finding {
  const { labels, setting } = audit;
  const first = suspects(audit)
    .slice(0, 3)
    .map(({ index }) => index);
  return {
    question: 'Are labels wrong?',
    verdict:
      labels.confident === 0
        ? yes('none that stands out')
        : unsure(`probably about ${labels.confident} of ${setting.n}`),
    because:
      `the rest of the data disagrees with ${labels.disagreeing} labels, confident learning counts ${labels.confident}` +
      (first.length === 0 ? '' : `; look at rows ${first.join(', ')} first`),
  };
}

function rankable({ recovery }: Audit): Finding {
  const { areaUnderCurve: area, precision } = recovery.suspicion;
  return {
    question: 'Can the ranking of labels be trusted?',
    verdict:
      area >= GOOD_AREA ? yes('yes') : area >= POOR_AREA ? unsure('as a first look') : no('no'),
    because: `of labels flipped on purpose it finds ${percent(precision)} in the top tenth, area under curve ${significant(area, 4)}`,
  };
}

function stable(audit: Audit): Finding {
  const [folds, attack] = (['folds', 'attack'] as const).map((name) => flips(audit, name));
  const noise = folds?.flipRate ?? 0;
  const attacked = attack?.flipRate ?? 0;
  const most = Math.max(noise, attacked);
  return {
    question: 'Can single influence scores be trusted?',
    verdict: most < MANY_FLIPS ? yes('their signs, yes') : no('no'),
    because:
      `of the top tenth ${percent(noise)} change sign with other folds, ${percent(attacked)} after changes of ` +
      `${audit.malleability.eps} standard deviations against a network`,
  };
}

function flips({ malleability }: Audit, name: Intervention): AuditMalleability | undefined {
  return malleability.interventions.find(({ intervention }) => intervention === name);
}

/** What cannot be trusted, one sentence each; none when nothing speaks against the numbers. */
export function cautions(audit: Audit): string[] {
  const { setting, rows, fit, influence } = audit;
  const { classes, counts, n, total } = setting;
  const small = classes.filter((_, k) => (counts[k] ?? 0) > 0 && (counts[k] ?? 0) < SMALL_CLASS);
  const empty = classes.filter((_, k) => counts[k] === 0);
  const condition = fit.diagnostics.conditionEstimate;
  const overlap = flips(audit, 'folds')?.topOverlap ?? 1;
  const sentences: readonly (readonly [boolean, string])[] = [
    [
      n + rows.zero.length < total,
      `${n} of ${total} points were audited, chosen at random: the others have no score.`,
    ],
    [
      rows.zero.length > 0,
      `${rows.zero.length} rows are zero, have no direction and were left out, the first row ${rows.zero[0] ?? 0}.`,
    ],
    [
      rows.duplicates > 0,
      `${rows.duplicates} points repeat an earlier one, ${rows.conflicts} of them with another label: a wrong label that is ` +
        'there twice supports itself.',
    ],
    [
      small.length > 0,
      `Classes with fewer than ${SMALL_CLASS} points are hardly predicted: ${small.join(', ')}.`,
    ],
    [empty.length > 0, `Classes without an audited point: ${empty.join(', ')}.`],
    [
      condition > LARGE_CONDITION,
      `The condition number ${significant(condition)} of K + λI leaves ${significant(condition * Number.EPSILON)} relative accuracy: take a larger ridge.`,
    ],
    [
      influence.indeterminate > 0,
      `${influence.indeterminate} influence scores are within rounding of 0: their signs mean nothing.`,
    ],
    [
      overlap < 0.5,
      `Which points are at the top of the influence depends on the folds: ${percent(overlap)} stay with others.`,
    ],
    [
      true,
      'Queries of the influence are labelled points of the same data: where their labels are wrong, so is the influence.',
    ],
  ];
  return sentences.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

function yes(words: string): Verdict {
  return { outcome: 'reproduced', words };
}

function no(words: string): Verdict {
  return { outcome: 'not-reproduced', words };
}

function unsure(words: string): Verdict {
  return { outcome: 'undecided', words };
}
