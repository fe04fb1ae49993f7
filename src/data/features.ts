/** Points as rows, from whatever a file holds. */
import { Matrix } from '../linalg/matrix.js';
import { parseNumber, type Block } from './blocks.js';
import { formatError, quoted } from './format-error.js';
import { requireRoom } from './read-file.js';

/** Sizes of the images that rows are. */
export interface ImageShape {
  /** Rows of pixels. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
  /** Values of a pixel: 1, grey, or 3, red, green and blue. */
  readonly channels: 1 | 3;
}

/** Points and the names of their inputs. */
export interface Features {
  /** n x d. */
  readonly features: Matrix;
  /** One a column. */
  readonly names: readonly string[];
  /** Null when rows are no images. */
  readonly images: ImageShape | null;
}

/**
 * One array whose first dimension runs over the points, its other dimensions one after another in a row; or columns of
 * one number a point, side by side.
 *
 * @param file - what to call the file in an error.
 * @throws NtkitError `ERR_DATA_FORMAT` naming the place of what is no finite number, or when the arrays do not make
 * points together; `ERR_MEMORY_BUDGET`.
 */
export function featuresOf(blocks: readonly Block[], file: string): Features {
  const [first, ...others] = blocks;
  const names = blocks.map(({ name }) => quoted(name)).join(', ');
  if (first === undefined)
    throw formatError(`Expected features in ${file} but it has labels alone`);
  const columns = blocks.every(({ shape }) => shape.length === 1 && shape[0] === first.shape[0]);
  if (!columns && others.length > 0) {
    throw formatError(`Expected one array of features in ${file} but received ${names}`);
  }
  const [rows = 0, ...inner] = first.shape;
  const width = columns ? blocks.length : inner.reduce((product, size) => product * size, 1);
  if (rows === 0 || width === 0) {
    throw formatError(
      `Expected at least one point with one input in ${file} but received ${rows} x ${width}`,
    );
  }
  for (const block of blocks) requireFinite(block, file);
  if (!columns) {
    return {
      features: Matrix.of(first.values as Float64Array, rows, width),
      names: Array.from({ length: width }, (_, j) => `x${j}`),
      images: imageShape(first),
    };
  }
  requireRoom(8 * rows * width, file);
  const features = Matrix.zeros(rows, width);
  blocks.forEach(({ values }, j) => {
    (values as Float64Array).forEach((value, i) => {
      features.data[i * width + j] = value;
    });
  });
  return { features, names: blocks.map(({ name }) => name), images: null };
}

function requireFinite({ values, place }: Block, file: string): void {
  const isNumber = (value: number | string): boolean =>
    typeof value === 'number' ? Number.isFinite(value) : parseNumber(value) !== undefined;
  const bad = Array.prototype.findIndex.call(values, (value: number | string) => !isNumber(value));
  if (bad < 0 && values instanceof Float64Array) return;
  const at = Math.max(0, bad);
  const value = values[at] ?? '';
  const received = typeof value === 'number' ? String(value) : quoted(value);
  throw formatError(`Expected finite numbers in ${file} but received ${received} at ${place(at)}`);
}

function imageShape({ shape, images }: Block): ImageShape | null {
  const [, height = 0, width = 0, channels = 1, ...rest] = shape;
  const drawable = (channels === 1 || channels === 3) && rest.length === 0;
  return images && drawable ? { height, width, channels } : null;
}
