/** A Slurm of a test's own: controller, node and munge of one machine, on 127.0.0.1, ended by their pids. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './kills.js';
import { freePort } from './redis.js';

/** Whether this machine can start Slurm (Debian's slurm-wlm), which only root may. */
export const hasSlurm: boolean =
  process.getuid?.() === 0 &&
  ['slurmctld', 'slurmd'].every((daemon) => spawnSync(daemon, ['-V']).status === 0);

const MEGABYTES = 4000;

/** The daemons, in a folder of their own. */
export class TestSlurm {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'ntkit-slurm-'));
  readonly #daemons: ChildProcess[] = [];
  readonly #env: NodeJS.ProcessEnv;

  private constructor(path: string) {
    const conf = join(this.folder, 'slurm.conf');
    this.#env = { ...process.env, SLURM_CONF: conf, PATH: `${path}:${process.env['PATH'] ?? ''}` };
  }

  /** @param path - a folder whose programs jobs find. */
  static async start(path: string): Promise<TestSlurm> {
    const slurm = new TestSlurm(path);
    await slurm.#up();
    return slurm;
  }

  /** Runs a command of Slurm to its end. */
  async run(command: string, args: readonly string[], cwd: string): Promise<string> {
    const child = spawn(command, args, { cwd, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${said}${this.#logs()}`);
    return said;
  }

  /** Ends every daemon by its pid and removes what they kept. */
  async end(): Promise<void> {
    for (const daemon of this.#daemons.toReversed()) {
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      if (daemon.exitCode === null && daemon.kill('SIGTERM')) await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #up(): Promise<void> {
    const { folder } = this;
    chmodSync(folder, 0o755);
    for (const name of ['state', 'spool', 'munge']) mkdirSync(join(folder, name), { mode: 0o755 });
    const key = join(folder, 'munge/key');
    writeFileSync(key, randomBytes(1024), { mode: 0o400 });
    const socket = join(folder, 'munge/socket');
    const files = ['key-file', 'pid-file', 'log-file', 'seed-file'].map((name) =>
      name === 'key-file' ? `--${name}=${key}` : `--${name}=${join(folder, 'munge', name)}`,
    );
    this.#start('munged', ['--foreground', '--force', `--socket=${socket}`, ...files]);
    writeFileSync(
      join(folder, 'slurm.conf'),
      configuration(folder, socket, [await freePort(), await freePort()]),
    );
    this.#start('slurmctld', ['-D', '-c']);
    this.#start('slurmd', ['-D', '-N', 'node']);
    for (let attempt = 0; attempt < 150; attempt++) {
      const { stdout } = spawnSync('sinfo', ['-h', '-o', '%T'], {
        env: this.#env,
        encoding: 'utf8',
      });
      if (stdout.trim() === 'idle') return;
      await pause(200);
    }
    throw new Error(`Slurm has no idle node:\n${this.#logs()}`);
  }

  #start(daemon: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${daemon}.log`), 'a');
    this.#daemons.push(spawn(daemon, args, { env: this.#env, stdio: ['ignore', log, log] }));
  }

  #logs(): string {
    return ['munged', 'slurmctld', 'slurmd']
      .map(
        (name) =>
          `${name}:\n${readFileSync(join(this.folder, `${name}.log`), 'utf8').slice(-1500)}`,
      )
      .join('\n');
  }
}

function configuration(folder: string, socket: string, [control, node]: [number, number]): string {
  const cpus = availableParallelism();
  const settings = {
    ClusterName: 'test',
    SlurmctldHost: `${hostname()}(127.0.0.1)`,
    SlurmctldPort: control,
    SlurmdPort: node,
    CommunicationParameters: 'NoCtldInAddrAny,NoInAddrAny',
    SlurmUser: 'root',
    AuthType: 'auth/munge',
    AuthInfo: `socket=${socket}`,
    CredType: 'cred/munge',
    ProctrackType: 'proctrack/linuxproc',
    TaskPlugin: 'task/none',
    SelectType: 'select/cons_tres',
    SelectTypeParameters: 'CR_CPU_Memory',
    ReturnToService: 2,
    StateSaveLocation: join(folder, 'state'),
    SlurmdSpoolDir: join(folder, 'spool'),
    SlurmctldPidFile: join(folder, 'slurmctld.pid'),
    SlurmdPidFile: join(folder, 'slurmd.pid'),
    MailProg: '/bin/true',
    SchedulerParameters: 'sched_interval=2',
  };
  return [
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    `NodeName=node NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=${MEGABYTES}`,
    'PartitionName=main Nodes=ALL Default=YES State=UP',
    '',
  ].join('\n');
}
