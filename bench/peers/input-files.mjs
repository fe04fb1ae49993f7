/** Inputs of the peers: raw files in a temporary folder, so that every contestant has the same bits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TYPES = { Float64Array: 'float64', Float32Array: 'float32', Int32Array: 'int32' };

export class InputFiles {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-bench-'));

  /** Writes `{ name: Matrix or Int32Array }`; returns `{ name: { file, type, shape } }`. */
  write(inputs) {
    return Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => {
        const data = input.data ?? input;
        const shape = input.data === undefined ? [input.length] : [input.rows, input.cols];
        const file = join(this.folder, `${name}.input`);
        writeFileSync(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        return [name, { file, type: TYPES[data.constructor.name], shape }];
      }),
    );
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
