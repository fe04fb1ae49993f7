/** Child processes of the tests: programs whose end, exit code and streams are what is tested. */
import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a child is started with. */
export interface ChildOptions {
  /** Options of Node itself. */
  readonly node?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called when the child has started, for example to send it a signal. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** A child that takes longer hangs. */
const DEADLINE_MS = 50_000;

/** Runs `node <script> <args>` to its end. */
export async function runNode(
  script: string,
  args: readonly string[] = [],
  { node = [], cwd, env = {}, onStart }: ChildOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...node, script, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  onStart?.(child);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { ...(await ended), stdout, stderr };
}
