/**
 * Claims: which process works on what, in a folder that several share. A process writes who it is into one file; a claim is
 * a hard link to it, which one process alone can make. Nobody removes a claim but its owner; a dead owner's claim is outbid
 * by one of the next generation, so that of several who find it, one wins.
 */
import { randomUUID } from 'node:crypto';
import {
  link,
  mkdir,
  open,
  readFile,
  readdir,
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { NtkitError } from '../errors.js';
import {
  PROCESS_IDENTITY,
  processState,
  thisProcess,
  type ProcessIdentity,
} from './process-identity.js';

/** How often an owner shows that it lives, to processes that cannot see it. */
const HEARTBEAT_MS = 30_000;

/** Without a heartbeat for this long an owner elsewhere counts as dead. */
const SILENCE_MS = 10 * HEARTBEAT_MS;

const CLAIM = /^([0-9a-f]+)\.(\d+)$/;

interface Claim {
  readonly generation: number;
  readonly path: string;
}

interface Sighting {
  readonly changedAt: number;
  /** On this process's own clock: clocks of two machines are never compared. */
  readonly seenAt: number;
}

/** The claims of one folder, as one process makes and sees them. */
export class Claims {
  readonly #folder: string;
  readonly #me: ProcessIdentity;
  readonly #mine = new Map<string, string>();
  /** On their way: of two calls at once, one does not outbid the other. */
  readonly #asked = new Map<string, Promise<boolean>>();
  readonly #sightings = new Map<string, Sighting>();
  readonly #now: () => number;
  #owner: Promise<string> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  /** @param now - a clock in milliseconds; default `performance.now`. */
  constructor(folder: string, now: () => number = () => performance.now()) {
    this.#folder = join(folder, 'claims');
    this.#me = thisProcess();
    this.#now = now;
  }

  /**
   * Takes what is named, unless a living process has it.
   *
   * @param name - in hexadecimal.
   * @returns whether it is this process's now.
   * @throws NtkitError `ERR_STORE` when claims cannot be written.
   */
  async take(name: string): Promise<boolean> {
    if (this.#mine.has(name)) return true;
    const asked = this.#asked.get(name) ?? this.#ask(name);
    this.#asked.set(name, asked);
    return asked.finally(() => this.#asked.delete(name));
  }

  async #ask(name: string): Promise<boolean> {
    try {
      const path = await this.#create(name);
      if (path === undefined) return false;
      this.#mine.set(name, path);
      return true;
    } catch (cause) {
      const { message } = cause as Error;
      throw new NtkitError('ERR_STORE', `Cannot claim cells in ${this.#folder}: ${message}`, {
        cause,
      });
    }
  }

  /** The path of a new claim; undefined when another process has it. */
  async #create(name: string): Promise<string | undefined> {
    const first = join(this.#folder, `${name}.0`);
    if (await this.#link(first)) return first;
    const latest = await this.#latest(name);
    if (latest !== undefined && (await this.#isHeld(latest))) return undefined;
    const next = join(this.#folder, `${name}.${latest === undefined ? 0 : latest.generation + 1}`);
    return (await this.#link(next)) ? next : undefined;
  }

  /** Gives back what {@link take} took. What cannot be removed is left for others to outbid. */
  async release(name: string): Promise<void> {
    const path = this.#mine.get(name);
    if (path === undefined) return;
    this.#mine.delete(name);
    await unlink(path).catch(() => undefined);
  }

  /** Gives everything back. */
  async releaseAll(): Promise<void> {
    for (const name of [...this.#mine.keys()]) await this.release(name);
    clearInterval(this.#heartbeat);
    const owner = await this.#owner?.catch(() => undefined);
    this.#owner = undefined;
    if (owner !== undefined) await unlink(owner).catch(() => undefined);
  }

  /** Removes the claims of all, once nothing is left to do. */
  async clear(): Promise<void> {
    await this.releaseAll();
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }

  /** How many other processes are at work. */
  async others(): Promise<number> {
    const owners = new Set<string>();
    for (const { path } of await this.#list()) {
      const owner = await readOwner(path);
      if (owner === undefined || processState(owner, this.#me) === 'gone') continue;
      if (owner.pid !== this.#me.pid || owner.host !== this.#me.host) {
        owners.add(JSON.stringify(owner));
      }
    }
    return owners.size;
  }

  async #list(): Promise<(Claim & { name: string })[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.flatMap((file) => {
      const match = CLAIM.exec(file);
      const path = join(this.#folder, file);
      return match === null ? [] : [{ name: match[1] ?? '', generation: Number(match[2]), path }];
    });
  }

  async #latest(name: string): Promise<Claim | undefined> {
    const own = (await this.#list()).filter((claim) => claim.name === name);
    return own.sort((a, b) => b.generation - a.generation)[0];
  }

  /** Whether the owner of a claim lives, or may live where this process cannot see it. */
  async #isHeld({ path }: Claim): Promise<boolean> {
    const owner = await readOwner(path);
    // It is whole from the moment it has its name: one that is not was damaged later.
    if (owner === undefined) return false;
    const state = processState(owner, this.#me);
    return state === 'elsewhere' ? this.#wasHeard(path) : state === 'alive';
  }

  async #wasHeard(path: string): Promise<boolean> {
    const entry = await stat(path).catch(() => undefined);
    if (entry === undefined) return true;
    const now = this.#now();
    const last = this.#sightings.get(path);
    if (last?.changedAt === entry.mtimeMs) return now - last.seenAt < SILENCE_MS;
    this.#sightings.set(path, { changedAt: entry.mtimeMs, seenAt: now });
    return true;
  }

  /** Makes a claim of this path, which is whole from the moment it is there; false when there is one. */
  async #link(path: string): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      const owner = (this.#owner ??= this.#writeOwner());
      try {
        await link(await owner, path);
        return true;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') return false;
        if (this.#owner === owner) this.#owner = undefined;
        // Whoever finishes the run removes the folder, maybe just now.
        if (code !== 'ENOENT' || attempt > 0) throw error;
      }
    }
  }

  /** The file to which this process's claims are links. */
  async #writeOwner(): Promise<string> {
    const path = join(this.#folder, `${randomUUID()}.owner`);
    await mkdir(this.#folder).catch(unlessThere);
    await writeFile(path, JSON.stringify(this.#me), { flag: 'wx' });
    this.#keepAlive(path);
    return path;
  }

  #keepAlive(owner: string): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => void beat(owner, this.#me), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }
}

/** Writes the owner again in place, and so all of its claims: their time of change is the file system's own. */
async function beat(path: string, owner: ProcessIdentity): Promise<void> {
  try {
    const file = await open(path, 'r+');
    try {
      await file.write(JSON.stringify(owner), 0);
    } finally {
      await file.close();
    }
  } catch {
    // The run has just ended, or the disk fails: the append of the result will say so.
  }
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}

async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return PROCESS_IDENTITY.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
