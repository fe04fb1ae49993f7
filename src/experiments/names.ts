/** The names of models, readings, parts, presets, tasks and attacks: what a command line needs to know before it runs. */

/** 2L-ReLU is the network on unit rows; MLP-Attn the same network on attended, renormalised rows. */
export type ModelName = 'relu' | 'attention';

/**
 * A named reading of what the paper leaves open (docs in math.md's last section):
 * `as-stated` has weights N(0, 0.01^2) and eps on pixels in [0, 1]; `best-fit` has weights N(0, 1) and eps
 * in units of the data set's pixel standard deviation.
 */
export type ReadingName = 'as-stated' | 'best-fit';

/**
 * The parts of the replication, in the order of the report: each is a table, a figure or a question of the paper.
 * Figure 1 is drawn from `table1`.
 */
export const partNames = [
  'spectrum',
  'table1',
  'table2',
  'table3',
  'table4',
  'epsilon',
  'interventions',
  'theory',
  'attention',
  'dynamics',
  'truth',
  'multiverse',
] as const;

/** A part of the replication. */
export type PartName = (typeof partNames)[number];

/** The sizes of a replication that have a name, from the smallest. */
export const presetNames = ['quick', 'standard', 'paper'] as const;

/**
 * What is learned: `multiclass`, one-hot targets of every class by cross-entropy; `binary`, +-1 targets of two
 * classes by the squared error.
 */
export type TaskName = 'multiclass' | 'binary';

/** `adversarial`: each batch is replaced by its PGD examples (Madry et al., 2018). */
export type TrainingName = 'standard' | 'adversarial';

/** How the points of T are perturbed; `reseed` is the control: clean data, a network of another seed. */
export type FlipAttack = AttackName | 'reseed';

/** The attacks of the paper. */
export type AttackName = 'fgsm' | 'pgd' | 'mim';
