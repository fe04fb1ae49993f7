/** Spectra before and after attention. */
import { dataBytes, spectrumCost } from '../costs.js';
import type { Part } from '../part.js';
import { spectrumCell } from '../spectrum-cell.js';

export const spectrum: Part = {
  name: 'spectrum',

  plan(config, shape) {
    const side = Math.min(shape.n, shape.d);
    return config.seeds.map((seed) => ({
      choice: { seed },
      label: `seed ${seed}`,
      cost: spectrumCost(shape),
      shared: [],
      memory: dataBytes(shape) + 3 * 8 * side * side,
    }));
  },

  async run({ seed }, bench) {
    const sample = await bench.sample('multiclass', seed);
    return bench.time('spectra', async () => spectrumCell(sample, bench.options));
  },
};
