/** `ntkit doctor`: what was loaded, from where, and whether it computes right. */
import { Command } from 'commander';
import { NtkitError } from '../errors.js';
import { infiniteNtk } from '../kernels/infinite-ntk.js';
import { Matrix } from '../linalg/matrix.js';
import { runtimeInfo, type RuntimeInfo } from '../native/runtime.js';
import { sharedOptions } from './arguments.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Show what was loaded and check the numbers of a tiny problem')
    .addOption(sharedOptions.json())
    .action(async ({ json }: { readonly json?: boolean }) => {
      const runtime = runtimeInfo();
      const error = await selfTest();
      if (json === true) {
        process.stdout.write(`${JSON.stringify({ ...runtime, selfTestError: error })}\n`);
      } else {
        process.stdout.write(describe(runtime, error));
      }
      if (!(error < 1e-14)) {
        throw new NtkitError('ERR_INTERNAL', `The self-test is off by ${error}: please report it`);
      }
    });
}

/** The NTK of two unit vectors at 60 degrees is 1/2 (1/4 + 1/12) = 1/6; of each with itself, 1/2. */
async function selfTest(): Promise<number> {
  const K = await infiniteNtk(
    Matrix.from([
      [1, 0],
      [0.5, Math.sqrt(3) / 2],
    ]),
  );
  const expected = [1 / 2, 1 / 6, 1 / 6, 1 / 2];
  return Math.max(...expected.map((value, i) => Math.abs(value - (K.data[i] ?? NaN))));
}

function describe(runtime: RuntimeInfo, error: number): string {
  const rows = [
    ['ntkit', runtime.version],
    ['node', `${process.versions.node} on ${process.platform}-${process.arch}`],
    ['addon', runtime.addon],
    ['blas', `${runtime.blas}, ${runtime.core} kernels`],
    ['kernels', runtime.isa],
    ['threads', `${runtime.threads} of ${runtime.cores} cores`],
    ['memory', `${(runtime.memory / 2 ** 30).toFixed(1)} GiB available`],
    ['self-test', `largest error ${error.toExponential(1)}`],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(10)} ${value}\n`).join('');
}
