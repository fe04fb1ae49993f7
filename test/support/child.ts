/** Child processes of the tests: programs whose end, exit code and streams are what is tested. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

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
  /** Variables beside those of this process, which leaves its own choice of colours at home. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the child hangs. */
  readonly deadline?: number;
  /** A signal to send once stderr holds a text. */
  readonly interrupt?: { readonly signal: NodeJS.Signals; readonly after: string };
}

function withoutColorChoice(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !['NO_COLOR', 'FORCE_COLOR'].includes(name)),
  );
}

/** A child that takes longer hangs, where nothing else is said. */
const DEADLINE_MS = 50_000;

/** Runs `node <script> <args>` to its end. */
export async function runNode(
  script: string,
  args: readonly string[] = [],
  { node = [], cwd, env, interrupt, deadline = DEADLINE_MS }: ChildOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...node, script, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...withoutColorChoice(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadline,
    killSignal: 'SIGKILL',
  });
  let [before, interrupted] = ['', false];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    before += text;
    if (interrupt === undefined || interrupted || !before.includes(interrupt.after)) return;
    interrupted = true;
    child.kill(interrupt.signal);
  });
  return endOf(child);
}

/** How a child ends, and what it has printed. */
export async function endOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}
