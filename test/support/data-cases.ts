/** Valid calls of the functions that load and prepare data. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowIndices } from './arguments.js';
import { callback, choice, integer, numbers, required, type Parameter } from './bad-inputs.js';
import { matrix, plainMatrix } from './bad-matrices.js';
import type { Case } from './cases.js';
import { writeIdxFolder } from './idx-files.js';
import { npyRows } from './npy-files.js';

let idxFolder: string | undefined;

/** A folder with four small IDX files and files of the user's own, made at the first call. */
function smallIdxFolder(): string {
  if (idxFolder === undefined) {
    idxFolder = mkdtempSync(join(tmpdir(), 'ntkit-idx-'));
    writeIdxFolder(idxFolder, { train: 3, test: 2, side: 2, classes: 2 });
    writeFileSync(join(idxFolder, 'own.csv'), 'a,b,c\n1,2,3\n4,5,6\n');
    writeFileSync(join(idxFolder, 'own.npy'), npyRows([[1, 2]]));
  }
  return idxFolder;
}

/** A file of that folder. */
function smallFile(name: string): Parameter {
  return text(() => join(smallIdxFolder(), name));
}

/** Removes the files that the cases read; for the end of a test file that calls them. */
export function removeCaseFiles(): void {
  if (idxFolder !== undefined) rmSync(idxFolder, { recursive: true, force: true });
  idxFolder = undefined;
}

export const DATA_CASES: Readonly<Record<string, Case>> = {
  drawIndices: {
    parameters: {
      total: required(integer(10)),
      count: required(integer(4, { least: 1, most: 10 })),
      permute: required({ ...callback, right: () => (n: number) => new Int32Array(n) }),
    },
  },
  sampleImages: { parameters: { split: images(), indices: rowIndices() } },
  unitRows: { parameters: { matrix: plainMatrix(3, 2) } },
  oneHot: {
    parameters: { labels: labels(), classes: required(integer(3, { least: 1 })) },
  },
  loadIdxFolder: {
    parameters: { folder: required(text(smallIdxFolder)), name: text(() => 'own') },
  },
  openDataset: {
    parameters: { path: required(smallFile('own.csv')) },
    options: {
      labels: smallFile('own.csv'),
      labelColumn: text(() => 'c'),
      labelKind: choice('targets'),
    },
  },
  loadNpy: {
    parameters: { path: required(smallFile('own.npy')) },
    options: { precision: choice('float32') },
  },
  saveNpy: {
    parameters: {
      path: required(smallFile('saved.npy')),
      matrix: matrix(3, 2, { float64: false }),
    },
  },
  syntheticDataset: {
    parameters: {},
    options: {
      n: required(integer(6, { least: 1 })),
      d: required(integer(4, { least: 1 })),
      spectrum: eigenvalues(),
      classes: required(integer(2, { least: 2 })),
      seed: required(integer(7)),
    },
  },
};

function text(right: () => string): Parameter {
  return {
    right,
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'a number', value: () => 3 },
      { kind: 'a symbol', value: () => Symbol('text') },
      { kind: 'an object', value: () => ({}) },
      { kind: 'an empty array', value: () => [] },
    ],
  };
}

function images(): Parameter {
  const right = { pixels: new Uint8Array(12), labels: new Uint8Array(3), count: 3 };
  return {
    right: () => ({ ...right, width: 2, height: 2, channels: 1 }),
    bad: [
      { kind: 'null', value: () => null },
      { kind: 'undefined', value: () => undefined },
      { kind: 'a number', value: () => 3 },
      { kind: 'an empty object', value: () => ({}) },
    ],
  };
}

function labels(): Parameter {
  const { bad } = rowIndices();
  return { right: () => [0, 2, 1], bad };
}

function eigenvalues(): Parameter {
  const { right, bad } = numbers([4, 2, 1]);
  const unreadable = /^(null|undefined|a number|a string|a symbol|a bigint|an object|a Set)$/;
  return {
    right,
    bad: [
      ...bad.filter(({ kind }) => unreadable.test(kind) || kind.endsWith('element')),
      { kind: 'a negative eigenvalue', value: () => [1, -1] },
      { kind: 'more eigenvalues than the smaller side', value: () => [5, 4, 3, 2, 1] },
      { kind: 'no positive eigenvalue', value: () => [0, 0] },
      { kind: 'an unknown decay', value: () => ({ decay: 'linear', rate: 1 }) },
      { kind: 'a NaN rate', value: () => ({ decay: 'power', rate: NaN }) },
      { kind: 'a negative rate', value: () => ({ decay: 'power', rate: -1 }) },
    ],
  };
}
