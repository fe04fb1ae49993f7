/** Results that several cells use, computed once and kept while there is room. */

interface Entry {
  readonly result: Promise<unknown>;
  readonly bytes: number;
}

/**
 * A cache of promises with a bound on the bytes of what they resolve to. Whoever asks for a result under way
 * waits for it; the results that were asked for longest ago make room first and are computed again if needed.
 */
export class SharedCache {
  readonly #bound: number;
  /** In the order in which they were last asked for. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param bound - bytes that are kept at most; one larger result is kept alone. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** The result of this name, from `compute` when it is not there. A failure is not kept. */
  async get<Result>(name: string, bytes: number, compute: () => Promise<Result>): Promise<Result> {
    const known = this.#entries.get(name);
    if (known !== undefined) {
      this.#entries.delete(name);
      this.#entries.set(name, known);
      return known.result as Promise<Result>;
    }
    const result = compute();
    const entry = { result, bytes };
    this.#entries.set(name, entry);
    this.#bytes += bytes;
    this.#makeRoom(name);
    try {
      return await result;
    } catch (error) {
      this.#drop(name, entry);
      throw error;
    }
  }

  #makeRoom(newest: string): void {
    for (const [name, entry] of this.#entries) {
      if (this.#bytes <= this.#bound || name === newest) return;
      this.#drop(name, entry);
    }
  }

  #drop(name: string, entry: Entry): void {
    if (this.#entries.get(name) !== entry) return;
    this.#entries.delete(name);
    this.#bytes -= entry.bytes;
  }
}
