import { describe, expect, it } from 'vitest';
import {
  Matrix,
  TwoLayerNetwork,
  fgsm,
  mim,
  pgd,
  uniform,
  type AttackResult,
  type AttackTarget,
  type Elements,
} from '../../../src/index.js';
import * as reference from '../../reference/attacks.js';
import { build, item, rowOf, type Rows } from '../../reference/rows.js';
import { expectClose } from '../../support/expect-close.js';
import { TOLERANCE } from '../../support/tolerance.js';
import { expectMatrixClose, oneHotRows, rowsOf, unitRowMatrix } from '../linalg/matrices.js';

const LOSSES = ['cross-entropy', 'squared'] as const;
const INPUTS = 6;
const CLASSES = 3;
const EPS = 0.08;
const CLIP = [0, 1] as const;
/** Stream of the library from which random starts are drawn. */
const ATTACK_START = 4;

const network = await TwoLayerNetwork.create({
  inputs: INPUTS,
  outputs: CLASSES,
  width: 40,
  seed: 1,
  scale: 1,
});
const twin = { weights: rowsOf(network.weights), signs: rowsOf(network.signs) };

/** Pixels of which some lie within eps of 0 or 1. */
function pixelsOf(n: number): Matrix {
  return Matrix.of(uniform(2, 900_000, n * INPUTS), n, INPUTS);
}

/** No context, more points than inputs, fewer points than inputs. */
const CONTEXTS: readonly [string, Matrix | undefined][] = [
  ['no attention', undefined],
  ['a context of 20 points', unitRowMatrix(20, INPUTS, 3)],
  ['a context of 4 points', unitRowMatrix(4, INPUTS, 4)],
];

type Attack = (
  target: AttackTarget<Elements>,
  pixels: Matrix<Elements>,
  Y: Matrix<Elements>,
) => Promise<AttackResult<Elements>>;

const ATTACKS: Readonly<Record<string, Attack>> = {
  fgsm: (...args) => fgsm(...args, { eps: EPS }),
  pgd: (...args) => pgd(...args, { eps: EPS, seed: 5 }),
  mim: (...args) => mim(...args, { eps: EPS }),
};

/** Where a PGD of the seed starts: pixel i d + j of the whole batch takes number i d + j of the stream. */
function startsOf(seed: number, n: number): Rows {
  const numbers = Array.from(uniform(seed, ATTACK_START, n * INPUTS));
  return build(n, INPUTS, (i, j) => EPS * (2 * item(numbers, i * INPUTS + j) - 1));
}

type Move = (x: readonly number[], slope: reference.Gradient, i: number) => number[];

const TWINS: Readonly<Record<string, (n: number) => Move>> = {
  fgsm: () => (x, slope) => reference.fgsm(x, slope, { eps: EPS, clip: CLIP }),
  pgd: (n) => {
    const starts = startsOf(5, n);
    const walk = { eps: EPS, clip: CLIP, steps: 10, alpha: EPS / 4 };
    return (x, slope, i) => reference.pgd(x, slope, { ...walk, start: rowOf(starts, i) });
  },
  mim: () => (x, slope) =>
    reference.mim(x, slope, { eps: EPS, clip: CLIP, steps: 10, alpha: EPS / 10, decay: 1 }),
};

describe.each(LOSSES)('on the %s', (loss) => {
  describe.each(CONTEXTS)('with %s', (_, context) => {
    // 32 points are attacked together.
    it.each(Object.keys(ATTACKS).flatMap((name) => [1, 33].map((n) => [name, n] as const)))(
      '%s moves %d points as the loops do',
      async (name, n) => {
        const [pixels, Y] = [pixelsOf(n), Matrix.from(oneHotRows(n, CLASSES))];
        const pipeline = { network: twin, loss, ...(context && { attendsTo: rowsOf(context) }) };
        const move = TWINS[name]?.(n) ?? expect.fail(`no twin of ${name}`);
        const expected = rowsOf(pixels).map((x, i) => {
          const target = rowOf(rowsOf(Y), i);
          return move(x, (at) => reference.inputGradient(pipeline, at, target), i);
        });
        const result = await ATTACKS[name]?.({ network, loss, context }, pixels, Y);
        expectClose(result?.adversarial, expected, TOLERANCE.kernel);
      },
    );
  });
});

describe.each(Object.entries(ATTACKS))('%s', (_, attack) => {
  const n = 65;
  const [pixels, Y] = [pixelsOf(n), Matrix.from(oneHotRows(n, CLASSES))];
  const target = { network, loss: 'cross-entropy' } as const;

  it('stays in the ball and in the box, and goes to their edges', async () => {
    const { adversarial } = await attack(target, pixels, Y);
    const shifts = adversarial.data.map((value, i) => value - (pixels.data[i] ?? NaN));
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(EPS + Number.EPSILON);
    expect(Math.min(...adversarial.data)).toBe(0);
    expect(Math.max(...adversarial.data)).toBe(1);
    expect(shifts.filter((shift) => Math.abs(shift) > 0.99 * EPS).length).toBeGreaterThan(n);
  });

  it('in float32 stays in them, too', async () => {
    const single = new TwoLayerNetwork(network.weights.toFloat32(), network.signs.toFloat32());
    const start = pixels.toFloat32();
    const args = [{ network: single, loss: 'squared' }, start, Y.toFloat32()] as const;
    const { adversarial } = await attack(...args);
    expect(adversarial.data).toBeInstanceOf(Float32Array);
    const shifts = adversarial.data.map((value, i) => Math.abs(value - (start.data[i] ?? NaN)));
    expect(Math.max(...shifts)).toBeLessThan(EPS + 2 ** -24);
    expect(Math.min(...adversarial.data)).toBe(0);
    expect(Math.max(...adversarial.data)).toBe(1);
  });

  it('raises the loss', async () => {
    const { adversarial } = await attack(target, pixels, Y);
    const sumOf = (points: Matrix<Elements>): number =>
      points.toArray().reduce((sum, x, i) => {
        const pipeline = { network: twin, loss: 'cross-entropy' } as const;
        return sum + reference.pipelineLoss(pipeline, x, rowOf(rowsOf(Y), i));
      }, 0);
    expect(sumOf(adversarial)).toBeGreaterThan(sumOf(pixels) + 1);
  });

  it('is the same each time, and leaves the pixels alone', async () => {
    const before = pixels.data.slice();
    const [first, second] = [await attack(target, pixels, Y), await attack(target, pixels, Y)];
    expect(second.adversarial.data).toEqual(first.adversarial.data);
    expect(pixels.data).toEqual(before);
  });

  it('refuses pixels outside the box', async () => {
    const outside = Matrix.of(pixels.data.slice(), n, INPUTS);
    outside.data[INPUTS + 2] = 1.25;
    await expect(attack(target, outside, Y)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: 'Expected pixels from 0.000000 to 1.000000 but received 1.250000 at row 1, column 2',
    });
  });
});

it('a point whose loss is flat stays where it is', async () => {
  const dead = new TwoLayerNetwork(
    Matrix.of(new Float64Array(4 * INPUTS).fill(-1), 4, INPUTS),
    Matrix.of(new Float64Array(4 * CLASSES).fill(1), 4, CLASSES),
  );
  const [pixels, Y] = [pixelsOf(3), Matrix.from(oneHotRows(3, CLASSES))];
  const flat = { network: dead, loss: 'squared' } as const;
  expect((await fgsm(flat, pixels, Y, { eps: EPS })).adversarial.data).toEqual(pixels.data);
  expect((await mim(flat, pixels, Y, { eps: EPS })).adversarial.data).toEqual(pixels.data);
  // Zero pixels have no direction, so that normalising them has no gradient.
  const [zeros, target] = [Matrix.zeros(3, INPUTS), { network, loss: 'squared' } as const];
  const options = { eps: EPS, clip: [-1, 1] } as const;
  expect((await fgsm(target, zeros, Y, options)).adversarial.data).toEqual(zeros.data);
});

describe('the context', () => {
  it('is held: points do not see each other', async () => {
    const [pixels, Y] = [pixelsOf(40), Matrix.from(oneHotRows(40, CLASSES))];
    for (const [, context] of CONTEXTS) {
      const target = { network, loss: 'squared', context } as const;
      const together = await mim(target, pixels, Y, { eps: EPS });
      const alone = await mim(target, pixels.selectRows([37]), Y.selectRows([37]), { eps: EPS });
      expectClose(alone.adversarial.row(0), together.adversarial.row(37), TOLERANCE.kernel);
    }
  });
});

describe('the random start', () => {
  const [pixels, Y] = [pixelsOf(10), Matrix.from(oneHotRows(10, CLASSES))];
  const target = { network, loss: 'cross-entropy' } as const;
  const attack = async (options: Partial<Parameters<typeof pgd>[3]>): Promise<Float64Array> =>
    (await pgd(target, pixels, Y, { eps: EPS, seed: 5, ...options })).adversarial.data;

  it('follows the seed', async () => {
    expect(await attack({ steps: 1 })).not.toEqual(await attack({ steps: 1, seed: 6 }));
  });

  it('can be left out, and the seed is then no matter', async () => {
    const still = { randomStart: false };
    expect(await attack(still)).toEqual(await attack({ ...still, seed: 6 }));
    expect(await attack(still)).not.toEqual(await attack({}));
  });
});

describe('the parameters of the result', () => {
  const [pixels, Y] = [pixelsOf(2), Matrix.from(oneHotRows(2, CLASSES))];
  const target = { network, loss: 'cross-entropy' } as const;

  it('are the defaults', async () => {
    const common = { eps: 0.5, epsUnits: 'pixel', scale: null, clip: [0, 1] };
    expect((await fgsm(target, pixels, Y, { eps: 0.5 })).parameters).toEqual({
      ...{ attack: 'fgsm', ...common, alpha: 0.5, steps: 1 },
      ...{ decay: null, randomStart: false, seed: null },
    });
    expect((await pgd(target, pixels, Y, { eps: 0.5, seed: 7 })).parameters).toEqual({
      ...{ attack: 'pgd', ...common, alpha: 0.125, steps: 10 },
      ...{ decay: null, randomStart: true, seed: 7 },
    });
    expect((await mim(target, pixels, Y, { eps: 0.5 })).parameters).toEqual({
      ...{ attack: 'mim', ...common, alpha: 0.05, steps: 10 },
      ...{ decay: 1, randomStart: false, seed: null },
    });
  });

  it('are what was asked for', async () => {
    const options = { eps: 0.25, alpha: 0.01, steps: 3, clip: [-1, 2] } as const;
    const projected = await pgd(target, pixels, Y, { ...options, randomStart: false, seed: 8 });
    expect(projected.parameters).toMatchObject({ ...options, randomStart: false, seed: 8 });
    const momentum = await mim(target, pixels, Y, { ...options, decay: 0.5 });
    expect(momentum.parameters).toMatchObject({ ...options, decay: 0.5 });
  });
});

it('clips to the box that was given', async () => {
  const pixels = Matrix.of(
    pixelsOf(5).data.map((value) => 4 * value - 3),
    5,
    INPUTS,
  );
  const Y = Matrix.from(oneHotRows(5, CLASSES));
  const target = { network, loss: 'squared' } as const;
  const { adversarial } = await fgsm(target, pixels, Y, { eps: 2, clip: [-3, 1] });
  expect([Math.min(...adversarial.data), Math.max(...adversarial.data)]).toEqual([-3, 1]);
  const pipeline = { network: twin, loss: 'squared' } as const;
  const expected = rowsOf(pixels).map((x, i) =>
    reference.fgsm(x, (at) => reference.inputGradient(pipeline, at, rowOf(rowsOf(Y), i)), {
      eps: 2,
      clip: [-3, 1],
    }),
  );
  expectMatrixClose(adversarial, expected, TOLERANCE.kernel);
});

it('eps 0 moves nothing', async () => {
  const [pixels, Y] = [pixelsOf(3), Matrix.from(oneHotRows(3, CLASSES))];
  const target = { network, loss: 'squared' } as const;
  for (const { adversarial } of [
    await fgsm(target, pixels, Y, { eps: 0 }),
    await pgd(target, pixels, Y, { eps: 0, seed: 1 }),
    await mim(target, pixels, Y, { eps: 0 }),
  ]) {
    expect(adversarial.data).toEqual(pixels.data);
  }
});

describe('refused', () => {
  const [pixels, Y] = [pixelsOf(2), Matrix.from(oneHotRows(2, CLASSES))];
  const target = { network, loss: 'squared' } as const;

  it.each([
    ['eps', -0.1],
    ['eps', NaN],
    ['alpha', -1],
    ['steps', 0],
    ['steps', 2.5],
    ['seed', -1],
  ])('%s = %s', async (name, value) => {
    const options = { eps: EPS, seed: 1, [name]: value };
    await expect(pgd(target, pixels, Y, options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining(`for ${name} but received`) as string,
    });
  });

  it('a box that is upside down', async () => {
    const options = { eps: EPS, clip: [1, 0] } as const;
    await expect(fgsm(target, pixels, Y, options)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });

  it('shapes that do not fit', async () => {
    const mismatch = { code: 'ERR_SHAPE_MISMATCH' };
    const options = { eps: EPS };
    const short = { ...target, context: unitRowMatrix(4, INPUTS - 1, 9) };
    await expect(fgsm(short, pixels, Y, options)).rejects.toMatchObject(mismatch);
    await expect(fgsm(target, Matrix.zeros(2, 2), Y, options)).rejects.toMatchObject(mismatch);
    await expect(fgsm(target, pixels, Matrix.zeros(2, 2), options)).rejects.toMatchObject(mismatch);
    await expect(fgsm(target, pixels, Matrix.zeros(1, 3), options)).rejects.toMatchObject(mismatch);
  });
});
