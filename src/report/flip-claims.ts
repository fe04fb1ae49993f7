/** The paper's claims about the malleability of influence. */
import type { ModelName, TrainingName } from '../experiments/results.js';
import { LEVEL_TOLERANCE, NO_NUMBER, byReading, type Claim } from './claims.js';
import { percent } from './format.js';
import { ATTACK_LABELS, MODEL_LABELS } from './labels.js';
import { flipCells, flipPairs, type FlipFilter } from './measures.js';
import { paperNumbers, type PaperAttack, type PaperFlipRates } from './paper-tables.js';
import { PERCENT, POINTS } from './table.js';
import { above, below, near } from './verdict.js';
import type { PartView } from './view.js';

/** Table 2: flip rates of all classes. */
export function flipClaims(run: PartView): Claim[] {
  return attackClaims(run, paperNumbers(run.dataset)?.flipRate);
}

/** Table 3: flip rates of the binary task. */
export function binaryFlipClaims(run: PartView): Claim[] {
  return attackClaims(run, paperNumbers(run.dataset)?.binaryFlipRate);
}

/** Table 4: adversarial training against standard training. */
export function trainingClaims(run: PartView): Claim[] {
  return run.config.models.flatMap((model) => [
    trainingGapClaim(run, model),
    ...(['standard', 'adversarial'] as const).flatMap((training) =>
      trainingLevelClaim(run, model, training),
    ),
  ]);
}

/** The ablation of eps: the order of the models at each radius. */
export function epsilonClaims(run: PartView): Claim[] {
  if (!hasBothModels(run)) return [];
  return run.config.epsilons.map((eps) =>
    gapClaim(run, `PGD, eps = ${eps}`, { attack: 'pgd', eps }, undefined),
  );
}

function attackClaims(run: PartView, rates: PaperFlipRates | undefined): Claim[] {
  const { attacks, models } = run.config;
  return [
    ...(hasBothModels(run)
      ? attacks.map((attack) => {
          const gap = rates && rates.attention[attack] - rates.relu[attack];
          return gapClaim(run, ATTACK_LABELS[attack], { attack }, gap);
        })
      : []),
    ...attacks.flatMap((attack) =>
      models.flatMap((model) => flipLevelClaim(run, attack, model, rates)),
    ),
  ];
}

function hasBothModels({ config: { models } }: PartView): boolean {
  return models.includes('relu') && models.includes('attention');
}

/** @param gap - the paper's, whose sign is the claim; without it the claim is the paper's general one, above 0. */
function gapClaim(
  run: PartView,
  situation: string,
  filter: Omit<FlipFilter, 'model'>,
  gap: number | undefined,
): Claim {
  const more = gap === undefined || gap > 0;
  const accepted = more ? above(0, 'above 0') : below(0, 'below 0');
  return {
    statement: `${situation}: MLP-Attn flips ${more ? 'more' : 'less'} often (difference to 2L-ReLU)`,
    paper: gap === undefined ? NO_NUMBER : POINTS.mean(gap),
    accepted,
    format: POINTS,
    results: byReading(run, accepted, (reading) =>
      flipPairs(run, { ...filter, reading }).map((pair) => pair.attention - pair.relu),
    ),
  };
}

function flipLevelClaim(
  run: PartView,
  attack: PaperAttack,
  model: ModelName,
  rates: PaperFlipRates | undefined,
): Claim[] {
  const rate = rates?.[model][attack];
  if (rate === undefined) return [];
  const filter = { model, attack };
  return [
    levelClaim(run, `${ATTACK_LABELS[attack]}: flip rate of ${MODEL_LABELS[model]}`, filter, rate),
  ];
}

function trainingGapClaim(run: PartView, model: ModelName): Claim {
  const paper = paperNumbers(run.dataset)?.trainedFlipRate[model];
  const accepted = above(0, 'above 0');
  return {
    statement: `${MODEL_LABELS[model]}: adversarial training raises the flip rate (difference)`,
    paper: paper === undefined ? NO_NUMBER : POINTS.mean(paper.adversarial - paper.standard),
    accepted,
    format: POINTS,
    results: byReading(run, accepted, (reading) => {
      const filter = { reading, model, attack: 'pgd' } as const;
      const robust = flipCells(run, { ...filter, training: 'adversarial' });
      return flipCells(run, { ...filter, training: 'standard' }).flatMap((standard) => {
        const partner = robust.find((cell) => cell.seed === standard.seed);
        return partner === undefined ? [] : [partner.flipRate - standard.flipRate];
      });
    }),
  };
}

function trainingLevelClaim(run: PartView, model: ModelName, training: TrainingName): Claim[] {
  const rate = paperNumbers(run.dataset)?.trainedFlipRate[model][training];
  if (rate === undefined) return [];
  const statement = `${MODEL_LABELS[model]}: flip rate after ${training} training`;
  return [levelClaim(run, statement, { model, training, attack: 'pgd' }, rate)];
}

function levelClaim(run: PartView, statement: string, filter: FlipFilter, rate: number): Claim {
  const accepted = near(rate, LEVEL_TOLERANCE);
  return {
    statement,
    paper: percent(rate),
    accepted,
    format: PERCENT,
    results: byReading(run, accepted, (reading) =>
      flipCells(run, { ...filter, reading }).map((cell) => cell.flipRate),
    ),
  };
}
