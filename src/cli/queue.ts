/**
 * `ntkit worker` and `ntkit queue status|drain`: sweeps on several machines. BullMQ takes half a second to load, which
 * other commands should not pay.
 */
import { Command } from 'commander';
import { grid } from '../report/text/columns.js';
import { integer, memoryOption, sharedOptions } from './arguments.js';
import { examples } from './help.js';
import { drainable } from './interrupt.js';

interface WorkerCommandOptions {
  readonly redis: string;
  readonly data?: readonly string[];
  readonly lock: number;
  readonly offline?: boolean;
  readonly threads?: number;
  readonly memory?: number;
}

interface QueueOptions {
  readonly redis: string;
  readonly json?: boolean;
}

export function workerCommand(): Command {
  return new Command('worker')
    .description('Compute cells that sweeps with --queue submit')
    .requiredOption('--redis <url>', 'redis://host:port')
    .option('--data <folder...>', "folders in which a sweep's own data is found by its content")
    .option('--lock <seconds>', 'a silent worker loses its job after so long', integer(1, 3600), 30)
    .addOption(sharedOptions.offline())
    .addOption(sharedOptions.threads())
    .addOption(memoryOption())
    .addHelpText('after', examples('ntkit worker --redis redis://127.0.0.1:6379'))
    .action(async ({ redis, data, lock, offline, threads, memory }: WorkerCommandOptions) => {
      const { runWorker } = await import('../sweeps/queue/worker.js');
      await drainable(async (drain, stop) =>
        runWorker({
          ...{ redis, threads, offline, drain, stop },
          folders: data ?? [],
          memoryBudget: memory,
          lockSeconds: lock,
          report: say,
        }),
      );
    });
}

export function queueCommand(): Command {
  const command = new Command('queue').description('See and empty the queues of sweeps');
  command
    .command('status')
    .description('show workers and jobs')
    .requiredOption('--redis <url>', 'redis://host:port')
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('ntkit queue status --redis redis://127.0.0.1:6379'))
    .action(async ({ redis, json }: QueueOptions) => {
      const { queueStatus } = await import('../sweeps/queue/status.js');
      const queues = await queueStatus(redis, say);
      const rows = queues.map(({ numerics, ...counts }) => [
        ...[numerics, ...Object.values(counts).map(String)],
      ]);
      const header = ['numerics', 'workers', 'waiting', 'active', 'completed', 'failed'];
      process.stdout.write(json === true ? `${JSON.stringify(queues)}\n` : grid([header, ...rows]));
    });
  command
    .command('drain')
    .description('take every waiting job out; jobs in hand are finished, results stay')
    .requiredOption('--redis <url>', 'redis://host:port')
    .addHelpText('after', examples('ntkit queue drain --redis redis://127.0.0.1:6379'))
    .action(async ({ redis }: QueueOptions) => {
      const { drainQueues } = await import('../sweeps/queue/status.js');
      process.stdout.write(`${await drainQueues(redis, say)} jobs taken out\n`);
    });
  return command;
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
