/** A real Redis of a test's own: on 127.0.0.1, on a free port, ended by its pid. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine has redis-server (Debian's package of that name). */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

if (!hasRedis) {
  console.warn(
    'NOT RUN: no redis-server here (apt-get install redis-server); tests of the queue are skipped',
  );
}

/** One server, which keeps what it has over a restart unless it is told not to. */
export class TestRedis {
  readonly port: number;
  readonly url: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ntkit-redis-'));
  #server: ChildProcess | undefined;

  readonly #keeps: boolean;

  private constructor(port: number, keeps: boolean) {
    this.port = port;
    this.#keeps = keeps;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start({ keeps = true }: { readonly keeps?: boolean } = {}): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), keeps);
    await redis.up();
    return redis;
  }

  async up(): Promise<void> {
    const options = ['--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    const kept = this.#keeps ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : [];
    this.#server = spawn('redis-server', ['--port', `${this.port}`, ...options, ...kept], {
      stdio: 'ignore',
    });
    for (let attempt = 0; attempt < 200; attempt++) {
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('redis-server does not answer');
  }

  /** Ends the server by its pid and waits for it. */
  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    this.#server = undefined;
  }

  /** Ends it and removes what it kept. */
  async end(): Promise<void> {
    await this.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Removes all keys. */
  clear(): void {
    spawnSync('redis-cli', ['-p', `${this.port}`, 'flushall']);
  }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve();
    });
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
