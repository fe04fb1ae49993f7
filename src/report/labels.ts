/** The names under which models, readings and attacks appear in the report. */
import type { FlipAttack, ModelName, ReadingName } from '../experiments/results.js';

/** Networks, as the paper calls them. */
export const MODEL_LABELS: Readonly<Record<ModelName, string>> = {
  relu: '2L-ReLU',
  attention: 'MLP-Attn',
};

/** Interventions of the influence experiment. */
export const ATTACK_LABELS: Readonly<Record<FlipAttack, string>> = {
  fgsm: 'FGSM',
  pgd: 'PGD',
  mim: 'MIM',
  reseed: 'new seed (control)',
};

/** What each reading of the paper's setting fixes. */
export const READING_DEFINITIONS: Readonly<Record<ReadingName, string>> = {
  'as-stated': 'as-stated: first-layer weights N(0, 0.01^{2}), eps on pixels in [0, 1].',
  'best-fit':
    "best-fit: first-layer weights N(0, 1), eps in units of the data set's pixel standard deviation.",
};
