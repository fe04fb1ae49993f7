/** Every kernel, in the order of the table. */
import { attacks } from './attacks.mjs';
import { attention, softmaxAttention } from './attention.mjs';
import { binding } from './binding.mjs';
import { crossGram } from './cross-gram.mjs';
import { eigenvalues, eigenvectors, topEigenvalues } from './eigh.mjs';
import { empiricalNtk } from './empirical-ntk.mjs';
import { gateCounts, ntkGatesGiven } from './gate-counts.mjs';
import { gram } from './gram.mjs';
import { infiniteNtk } from './infinite-ntk.mjs';
import { cholesky, influence, leaveOneOut, ridgeFit, ridgePath } from './ridge.mjs';
import { spectrum } from './spectrum.mjs';
import { training } from './training.mjs';
import { widthLadder } from './width-ladder.mjs';

export const KERNELS = [
  gram,
  crossGram,
  attention,
  softmaxAttention,
  infiniteNtk,
  gateCounts,
  ntkGatesGiven,
  empiricalNtk,
  widthLadder,
  spectrum,
  eigenvalues,
  eigenvectors,
  topEigenvalues,
  cholesky,
  ridgeFit,
  ridgePath,
  leaveOneOut,
  influence,
  training,
  attacks,
  binding,
];
