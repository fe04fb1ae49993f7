/** `ntkit data list|get|verify`: which data sets are on this machine, and whether they are the published ones. */
import { Command } from 'commander';
import { datasetNames, datasetStatus, loadDataset } from '../data/registry.js';
import type { DatasetStatus } from '../data/status.js';
import { NtkitError } from '../errors.js';
import { sharedOptions } from './arguments.js';
import { examples } from './help.js';
import { interruptible } from './interrupt.js';

interface DataOptions {
  readonly data?: string;
  readonly json?: boolean;
}

export function dataCommand(): Command {
  const command = new Command('data')
    .description('List, fetch and verify data sets')
    .addHelpText(
      'after',
      examples('ntkit data list', 'ntkit data get mnist', 'ntkit data verify mnist --json'),
    );
  command
    .command('list')
    .description('show which data sets are on this machine')
    .addOption(sharedOptions.data())
    .addOption(sharedOptions.json())
    .action(async ({ data, json }: DataOptions) => {
      const statuses = await Promise.all(
        datasetNames.map(async (name) => datasetStatus(name, { folder: data })),
      );
      print(statuses, json);
    });
  command
    .command('get')
    .description('fetch a data set into the cache, verified')
    .argument('<name>', datasetNames.join(' or '))
    .addOption(sharedOptions.json())
    .action(async (name: string, { json }: DataOptions) => {
      await interruptible(async (signal) => loadDataset(name, { signal }));
      print([await datasetStatus(name)], json);
    });
  command
    .command('verify')
    .description('compare the files of a data set with their published checksums')
    .argument('<name>', datasetNames.join(' or '))
    .addOption(sharedOptions.data())
    .addOption(sharedOptions.json())
    .action(async (name: string, { data, json }: DataOptions) => {
      const status = await datasetStatus(name, { folder: data });
      print([status], json);
      if (status.folder === null) {
        throw new NtkitError('ERR_DATA_UNAVAILABLE', `${name} is not on this machine`);
      }
      if (status.verified === false) {
        throw new NtkitError('ERR_CHECKSUM', `${name} in ${status.folder} is not as published`);
      }
    });
  return command;
}

function print(statuses: readonly DatasetStatus[], json = false): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(statuses)}\n`);
    return;
  }
  for (const { name, folder, verified, files } of statuses) {
    const state = verified === true ? 'verified' : verified === false ? 'DAMAGED' : 'unverified';
    const where = folder === null ? 'not found' : `${folder} (${state})`;
    process.stdout.write(`${name.padEnd(14)} ${where}\n`);
    for (const file of files) {
      const note = file.problem ?? file.sha256 ?? '';
      process.stdout.write(`  ${file.name.padEnd(24)} ${file.bytes} bytes  ${note}\n`);
    }
  }
}
