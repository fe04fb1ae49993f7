/** Matrices as .npy files, which NumPy and every tool around it read. */
import { open, type FileHandle } from 'node:fs/promises';
import { requireText } from '../arguments.js';
import { NtkitError, invalidArgument } from '../errors.js';
import { Matrix, type Elements } from '../linalg/matrix.js';
import { requireFiniteMatrix, requireNativeMatrix } from '../linalg/require-matrix.js';
import { requireOnlyOptions, type Precision } from '../options.js';
import { writeAtomic } from './files.js';
import { formatError } from './format-error.js';
import { NPY_HEADER_BYTES, encodeNpyHeader, parseNpyHeader, type NpyHeader } from './npy-header.js';
import { decodeNumbers, requireNpyLength, shapeText } from './npy.js';
import { requireRoom, unavailable } from './read-file.js';

/** Options of {@link loadNpy}. */
export interface LoadNpyOptions<P extends Precision = 'float64'> {
  /** Element type of the matrix, whatever that of the file. Default `'float64'`. */
  readonly precision?: P | undefined;
}

/** A matrix of the given precision. */
export type MatrixOf<P extends Precision> = Matrix<
  P extends 'float32' ? Float32Array : Float64Array
>;

/** Bytes of one read or write. */
const BLOCK = 2 ** 28;
const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Writes a matrix as .npy: little-endian `<f8` or `<f4` by its precision, C order, shape (rows, cols). The file takes
 * its name when it is complete; one that was there is replaced. The elements are read until then: leave them as they
 * are.
 *
 * @throws NtkitError `ERR_INVALID_ARGUMENT`, `ERR_SHAPE_MISMATCH`, `ERR_NOT_FINITE` for what is no matrix of finite
 * numbers; `ERR_STORE` when the file cannot be written.
 */
export async function saveNpy(path: string, matrix: Matrix<Elements>): Promise<void> {
  requireText(path, 'path');
  const { data, rows, cols } = requireNativeMatrix(matrix, 'matrix');
  const itemBytes = data instanceof Float64Array ? 8 : 4;
  const header = encodeNpyHeader(itemBytes, [rows, cols]);
  const elements = HOST_IS_LITTLE_ENDIAN ? bytesOf(data) : swapped(bytesOf(data), itemBytes);
  await writeAtomic(path, async (file) => {
    await file.writeFile(header);
    for (let at = 0; at < elements.length; at += BLOCK) {
      await file.writeFile(elements.subarray(at, at + BLOCK));
    }
  }).catch((cause: unknown) => {
    throw new NtkitError('ERR_STORE', `Cannot write ${path}: ${(cause as Error).message}`, {
      cause,
    });
  });
}

/**
 * Reads a .npy file as a matrix: an array of two dimensions, or of one, which becomes a column. Booleans and integers
 * become numbers; both byte orders and both orders of elements are read.
 *
 * @throws NtkitError `ERR_DATA_FORMAT` when the file is no array of real numbers of one or two dimensions, is longer or
 * shorter than its header says, or holds an integer beyond 2^53; `ERR_NOT_FINITE` naming row and column of NaN or an
 * infinity; `ERR_DATA_UNAVAILABLE` when it cannot be read; `ERR_MEMORY_BUDGET`; `ERR_INVALID_ARGUMENT`.
 */
export async function loadNpy<P extends Precision = 'float64'>(
  path: string,
  options: LoadNpyOptions<P> = {},
): Promise<MatrixOf<P>> {
  requireText(path, 'path');
  requireOnlyOptions(options, ['precision']);
  const { precision = 'float64' }: { readonly precision?: Precision | undefined } = options;
  if (!['float64', 'float32'].includes(precision)) {
    throw invalidArgument("'float64' or 'float32'", 'precision', precision);
  }
  const file = await open(path).catch(unavailable);
  try {
    const { size } = await file.stat();
    const head = new Uint8Array(Math.min(size, NPY_HEADER_BYTES));
    await readBlocks(file, head, 0, path);
    const header = parseNpyHeader(head, path);
    requireNpyLength(header, size, path);
    const { rows, cols } = matrixShape(header, path);
    const matrix = Matrix.of(await elementsOf(file, header, path), rows, cols);
    const finite = requireFiniteMatrix(matrix, path);
    const asked = precision === 'float64' ? inFloat64(finite) : finite.toFloat32();
    return asked as MatrixOf<P>;
  } finally {
    await file.close();
  }
}

function inFloat64(matrix: Matrix<Elements>): Matrix {
  return matrix.data instanceof Float64Array ? (matrix as Matrix) : matrix.toFloat64();
}

function matrixShape({ kind, shape }: NpyHeader, path: string): { rows: number; cols: number } {
  if (kind === 'text' || kind === 'bytes') {
    throw formatError(`Expected numbers in ${path} but received text`);
  }
  const [rows, cols = 1, ...rest] = shape;
  if (rows !== undefined && rest.length === 0) return { rows, cols };
  throw formatError(`Expected 1 or 2 dimensions in ${path} but received shape ${shapeText(shape)}`);
}

/** The elements in the precision of the file where that is one of a matrix, in float64 otherwise. */
async function elementsOf(file: FileHandle, header: NpyHeader, path: string): Promise<Elements> {
  const { kind, itemBytes, littleEndian, fortran, count, dataStart } = header;
  const asTheyAre = kind === 'float' && itemBytes >= 4 && !fortran;
  if (asTheyAre && littleEndian === HOST_IS_LITTLE_ENDIAN) {
    requireRoom(count * itemBytes, path);
    const elements = itemBytes === 8 ? new Float64Array(count) : new Float32Array(count);
    await readBlocks(file, bytesOf(elements), dataStart, path);
    return elements;
  }
  requireRoom(count * (8 + itemBytes), path);
  const bytes = new Uint8Array(count * itemBytes);
  await readBlocks(file, bytes, dataStart, path);
  return decodeNumbers(header, bytes, path);
}

function bytesOf({ buffer, byteOffset, byteLength }: Elements): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A copy with the bytes of every element in the other order. */
function swapped(bytes: Uint8Array, itemBytes: 4 | 8): Uint8Array {
  const copy = Buffer.from(bytes);
  return itemBytes === 8 ? copy.swap64() : copy.swap32();
}

/** Fills `target` from a place in the file. */
async function readBlocks(
  file: FileHandle,
  target: Uint8Array,
  start: number,
  path: string,
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const length = Math.min(BLOCK, target.length - done);
    const { bytesRead } = await file.read(target, done, length, start + done).catch(unavailable);
    if (bytesRead === 0) {
      throw formatError(`Expected ${start + target.length} bytes in ${path} but it became shorter`);
    }
    done += bytesRead;
  }
}
