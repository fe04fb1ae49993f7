/** Every kernel, in the order of the table. */
import { attacks } from './attacks.mjs';
import { attention, softmaxAttention } from './attention.mjs';
import { binding } from './binding.mjs';
import { crossGram } from './cross-gram.mjs';
import { eigenvalues, eigenvectors, topEigenvalues } from './eigh.mjs';
import { empiricalNtk } from './empirical-ntk.mjs';
import { gram } from './gram.mjs';
import { infiniteNtk } from './infinite-ntk.mjs';
import { influence, leaveOneOut, ridgeFit } from './ridge.mjs';
import { spectrum } from './spectrum.mjs';
import { training } from './training.mjs';

export const KERNELS = [
  gram,
  crossGram,
  attention,
  softmaxAttention,
  infiniteNtk,
  empiricalNtk,
  spectrum,
  eigenvalues,
  eigenvectors,
  topEigenvalues,
  ridgeFit,
  leaveOneOut,
  influence,
  training,
  attacks,
  binding,
];
