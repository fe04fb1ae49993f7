import { beforeAll, describe, expect, it } from 'vitest';
import { audit, type Audit } from '../../../src/index.js';
import { cautions, findings } from '../../../src/report/audit/findings.js';
import { mostInfluential, pointRows, suspects } from '../../../src/report/audit/points.js';
import { wilson } from '../../../src/report/audit/wilson.js';
import {
  auditDocument,
  auditDrawings,
  renderAudit,
  renderAuditText,
  type AuditReport,
} from '../../../src/report/index.js';
import { clusters } from '../audit/twin.js';
import { findAll, parseHtml } from './html/parse.js';

const NASTY = '<script>alert(1)</script>';
let found: Audit;

beforeAll(async () => {
  const { X, labels } = clusters(30, 4, 3);
  found = await audit(X, labels.with(7, 2), { classes: ['a', 'b', NASTY], width: 8 });
});

function reportOf(result: Audit): AuditReport {
  return {
    audit: result,
    ...{ name: NASTY, command: `ntkit audit ${NASTY}`, startedAt: '2026-11-03T09:12:44.000Z' },
    ...{ version: '0.1.0', hashes: { [NASTY]: 'ab' }, top: 4 },
    image: () => ({ width: 1, height: 1, channels: 1, pixels: [7] }),
  };
}

/** The audit with another sign-change rate after an intervention. */
function withFlips(intervention: 'folds' | 'attack', flipRate: number): Audit {
  const { malleability } = found;
  const interventions = malleability.interventions.map((each) =>
    each.intervention === intervention ? { ...each, flipRate } : { ...each, flipRate: 0 },
  );
  return { ...found, malleability: { ...malleability, interventions } };
}

function answers(result: Audit): string[] {
  return findings(result).map(({ verdict }) => verdict.words);
}

describe('findings', () => {
  it('ask whether accuracy is beyond the largest class for certain', () => {
    const fit = { ...found.fit, majority: 0.34 };
    expect(answers({ ...found, fit: { ...fit, accuracy: 0.9 } })[0]).toBe('yes');
    // The interval of 40 % among 30 reaches below 34 %.
    expect(answers({ ...found, fit: { ...fit, accuracy: 0.4 } })[0]).toBe(
      'not beyond the largest class',
    );
  });

  it('count doubtful labels', () => {
    const labels = (confident: number): Audit => ({
      ...found,
      labels: { disagreeing: 9, confident },
    });
    expect(answers(labels(0))[1]).toBe('none that stands out');
    expect(answers(labels(4))[1]).toBe('probably about 4 of 30');
  });

  it.each([
    [0.95, 'yes'],
    [0.8, 'as a first look'],
    [0.6, 'no'],
  ])('judge a ranking of area %f: %s', (areaUnderCurve, words) => {
    const suspicion = { ...found.recovery.suspicion, areaUnderCurve };
    expect(answers({ ...found, recovery: { ...found.recovery, suspicion } })[2]).toBe(words);
  });

  it('trust no score that other folds or an attack turn', () => {
    expect(answers(withFlips('folds', 0))[3]).toBe('their signs, yes');
    expect(answers(withFlips('folds', 0.2))[3]).toBe('no');
    expect(answers(withFlips('attack', 0.2))[3]).toBe('no');
  });
});

describe('cautions', () => {
  const mentions = (result: Audit, words: RegExp): boolean =>
    cautions(result).some((sentence) => words.test(sentence));

  it.each<[string, RegExp, () => Partial<Audit>]>([
    ['points left out', /30 of 99 points/, () => ({ setting: { ...found.setting, total: 99 } })],
    ['zero rows', /2 rows are zero.* row 5/, () => ({ rows: { ...found.rows, zero: [5, 6] } })],
    [
      'duplicates',
      /3 points repeat.* 1 of them/,
      () => ({ rows: { zero: [], duplicates: 3, conflicts: 1 } }),
    ],
    [
      'small and empty classes',
      /fewer than 5 points.*: b\./,
      () => ({ setting: { ...found.setting, counts: [28, 2, 0] } }),
    ],
    [
      'a bad condition',
      /larger ridge/,
      () => ({
        fit: { ...found.fit, diagnostics: { ...found.fit.diagnostics, conditionEstimate: 1e12 } },
      }),
    ],
    ['rounding', /7 influence scores/, () => ({ influence: { floor: 1, indeterminate: 7 } })],
  ])('name %s, and only where there are some', (_, words, change) => {
    expect(mentions(found, words)).toBe(false);
    expect(mentions({ ...found, ...change() }, words)).toBe(true);
  });
});

describe('the lists of points', () => {
  it('are ordered, on their side of 0 and beyond rounding', () => {
    const suspicions = suspects(found).map(({ suspicion }) => suspicion);
    expect(suspects(found)[0]?.index).toBe(7);
    expect(suspicions).toEqual(suspicions.toSorted((a, b) => b - a));
    expect(suspicions.every((suspicion) => suspicion > 0)).toBe(true);
    const helpful = mostInfluential(found, 'helpful', 3).map(({ influence }) => influence);
    expect(helpful).toEqual(helpful.toSorted((a, b) => b - a));
    const silent = { ...found, influence: { floor: Infinity, indeterminate: 30 } };
    expect(mostInfluential(silent, 'harmful', 3)).toEqual([]);
    const predicted = found.setting.classes[found.points[7]?.predicted ?? NaN];
    expect(pointRows(found)[7]).toMatchObject({ index: 7, label: NASTY, predicted, rank: 1 });
    expect(predicted).not.toBe(NASTY);
  });
});

describe('the report', () => {
  it('keeps names inert, shows images and needs nothing else', async () => {
    const page = renderAudit(reportOf(found), await auditDrawings(found));
    const root = parseHtml(page);
    expect(findAll(root, 'script')).toEqual([]);
    expect(findAll(root, 'figure')).toHaveLength(3);
    expect(findAll(root, 'img').length).toBeGreaterThan(3);
    const ids = findAll(root, 'section').map(({ attributes }) => attributes.get('id'));
    expect(ids).toEqual(['summary', 'labels', 'influence', 'condition', 'setting']);
  });

  it('is the same text and JSON in substance', () => {
    const text = renderAuditText(reportOf(found), { color: false, columns: 80 });
    expect(text).toMatch(/^Does the kernel learn these labels\? yes$/m);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
    const document = JSON.parse(JSON.stringify(auditDocument(reportOf(found)))) as {
      findings: readonly { answer: string }[];
    };
    expect(document.findings.map(({ answer }) => answer)).toEqual(answers(found));
  });
});

it('wilson is the interval of the score test', () => {
  const [low, high] = wilson(0.5, 100);
  expect(low).toBeCloseTo(0.4038315, 6);
  expect(high).toBeCloseTo(0.5961685, 6);
  expect(wilson(0, 10)[0]).toBe(0);
});
