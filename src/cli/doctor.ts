/** `ntkit doctor`: the machine, what was loaded and from where, and whether it computes right. */
import { Command } from 'commander';
import { NtkitError } from '../errors.js';
import { betterCoreType } from '../native/blas-core.js';
import {
  buildCommand,
  buildNeeds,
  contentOf,
  describeMachine,
  searchedPlaces,
} from '../native/diagnosis.js';
import { packageVersion, runtimeInfo, type RuntimeInfo } from '../native/runtime.js';
import { sharedOptions } from './arguments.js';
import { examples } from './help.js';
import { SELF_TEST_LIMIT, selfTest, type SelfTestCheck } from './self-test.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Show what was loaded and check the numbers of a tiny problem')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('ntkit doctor', 'ntkit doctor --json'))
    .action(async ({ json }: { readonly json?: boolean }) => {
      await diagnose(json === true);
    });
}

async function diagnose(json: boolean): Promise<void> {
  let runtime: RuntimeInfo;
  try {
    runtime = runtimeInfo();
  } catch (error) {
    print(json, unloaded(), unloadedRows());
    throw error;
  }
  const checks = await selfTest();
  const selfTestError = Math.max(...checks.map(({ error }) => error));
  print(
    json,
    {
      ...runtime,
      betterCoreType: betterCoreType(runtime) ?? null,
      ...describeMachine(),
      selfTestError,
      checks,
    },
    loadedRows(runtime, selfTestError, checks),
  );
  // A NaN is no less wrong than a large error.
  if (!(selfTestError < SELF_TEST_LIMIT)) {
    throw new NtkitError(
      'ERR_INTERNAL',
      `The self-test is off by ${selfTestError}: please report it with what "ntkit doctor" prints`,
    );
  }
}

type Row = readonly [name: string, value: string];

function print(json: boolean, record: object, rows: readonly Row[]): void {
  process.stdout.write(
    json
      ? `${JSON.stringify(record)}\n`
      : rows.map(([name, value]) => `${name.padEnd(16)} ${value}\n`).join(''),
  );
}

/** What is known without the addon. */
function unloaded(): object {
  return {
    version: packageVersion(),
    ...describeMachine(),
    addon: null,
    searched: searchedPlaces(),
    build: buildCommand(),
  };
}

function unloadedRows(): Row[] {
  return [
    ...machineRows(),
    ['addon', 'not loaded'],
    ...searchedPlaces().map(({ folder, found }): Row => [
      '  looked in',
      `${folder} (${contentOf(found)})`,
    ]),
    ['to build it', buildCommand()],
    ['  needs', buildNeeds()],
  ];
}

function machineRows(): Row[] {
  const { platform, libc, node, cpu, features } = describeMachine();
  return [
    ['ntkit', packageVersion()],
    ['node', `${node} on ${platform}${libc === null ? '' : `, ${libc}`}`],
    ['cpu', [cpu, ...features].join(' ')],
  ];
}

function loadedRows(
  runtime: RuntimeInfo,
  largest: number,
  checks: readonly SelfTestCheck[],
): Row[] {
  return [
    ...machineRows(),
    ['addon', runtime.addon],
    ['blas', `${runtime.blas}, ${runtime.core} kernels`],
    ...coreTypeRows(betterCoreType(runtime)),
    ['kernels', runtime.isa],
    ['threads', `${runtime.threads} of ${runtime.cores} cores`],
    ['memory', `${(runtime.memory / 2 ** 30).toFixed(1)} GiB available`],
    ['self-test', `largest error ${largest.toExponential(1)}`],
    ...checks.map(({ name, error }): Row => [
      `  ${name}`,
      `${error.toExponential(1)} ${error < SELF_TEST_LIMIT ? 'right' : 'WRONG'}`,
    ]),
  ];
}

function coreTypeRows(better: string | undefined): Row[] {
  if (better === undefined) return [];
  return [
    [
      '  faster with',
      `OPENBLAS_CORETYPE=${better} in small eigenproblems: this OpenBLAS does not know the CPU`,
    ],
  ];
}
