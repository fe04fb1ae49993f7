/** A width sweep: how far trained networks are from their infinite-width kernel. */
import { runSweep } from 'ntkit';

const { cells } = await runSweep({
  measure: 'distance',
  data: {
    name: 'toy',
    synthetic: { points: 300, inputs: 30, classes: 3, decay: 'power', rate: 1 },
  },
  ...{ n: 120, test: 60, width: '8..64 x2', seed: '0..1', epochs: 20 },
});
for (const { choice, values } of cells) console.log(choice['width'], choice['seed'], values['rms']);
