/** Child processes of the set-up and the checks. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** A command that failed, with everything it printed. */
export class CommandError extends Error {
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/** The full path of a program on PATH, or `undefined`. */
export function findExecutable(name, path = process.env.PATH ?? '') {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Runs a command without showing what it prints.
 *
 * The command leads a process group of its own: an abort ends its compilers with it, so nothing goes on
 * writing after the caller has given its lock back.
 *
 * @param options `{ cwd, env, signal }`; `env` is added to this process's.
 * @returns what it printed, stdout and stderr together.
 * @throws CommandError when it cannot start, exits other than 0 or is ended.
 */
export function runQuietly(command, args, { cwd, env, signal } = {}) {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => chunks.push(chunk));
    }
    const stop = () => child.pid !== undefined && endGroup(child.pid);
    signal?.addEventListener('abort', stop, { once: true });
    const settle = (failure) => {
      signal?.removeEventListener('abort', stop);
      const output = Buffer.concat(chunks).toString();
      if (failure === undefined) resolve(output);
      else reject(new CommandError(`${command} ${failure}`, output));
    };
    child.on('error', (error) => settle(`cannot run: ${error.message}`));
    child.on('close', (code, killedBy) => {
      settle(code === 0 ? undefined : `ended with ${killedBy ?? `exit code ${code}`}`);
    });
  });
}

function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Runs a command on this process's own terminal and returns its exit code. Options as {@link runQuietly}'s. */
export function runInForeground(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
