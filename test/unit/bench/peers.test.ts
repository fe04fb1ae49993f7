import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { load, type Contestant } from './modules.js';

interface Found {
  missing?: string;
  versions?: string;
}
const { Peers } = await load<{
  Peers: new (options: {
    threads: number;
    pythons: string[];
    names?: string[];
    coreType?: string | undefined;
  }) => {
    uses(name: string): boolean;
    get(name: string): Promise<Found>;
    end(): void;
  };
}>('peers/registry.mjs');
const { PeerProcess } = await load<{
  PeerProcess: new (
    command: string,
    options: { args: string[] },
  ) => {
    answer(): Promise<object>;
    contestant(task: object, folder: string): Promise<Contestant>;
    end(): void;
  };
}>('peers/process.mjs');
const { InputFiles } = await load<{
  InputFiles: new () => {
    folder: string;
    write(inputs: object): Record<string, object>;
    remove(): void;
  };
}>('peers/input-files.mjs');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ntkit-peers-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A peer in a few lines: multiplies its input by a factor. */
function fakePeer(factor: number): string {
  const file = join(folder, 'peer.mjs');
  writeFileSync(
    file,
    `import { readFileSync, writeFileSync } from 'node:fs';
     import { createInterface } from 'node:readline';
     let inputs;
     const ANSWERS = {
       prepare: (request) => {
         inputs = request.inputs;
         return {};
       },
       time: () => (${factor} < 0 ? { error: 'ValueError: negative' } : { seconds: 0.25 }),
       result: ({ folder }) => {
         const X = new Float64Array(Uint8Array.from(readFileSync(inputs.X.file)).buffer);
         const file = folder + '/y';
         writeFileSync(file, new Uint8Array(X.map((x) => ${factor} * x).buffer));
         return { result: { y: { file, type: 'float64' } } };
       },
     };
     const say = (reply) => console.log(JSON.stringify(reply));
     say({ versions: 'fake 1' });
     for await (const line of createInterface({ input: process.stdin })) {
       const request = JSON.parse(line);
       say(ANSWERS[request.do](request));
     }`,
  );
  return file;
}

describe('a peer process', () => {
  it('gets the inputs, times itself and gives its result back', async () => {
    const files = new InputFiles();
    const peer = new PeerProcess(process.execPath, { args: [fakePeer(2)] });
    try {
      expect(await peer.answer()).toEqual({ versions: 'fake 1' });
      const inputs = files.write({ X: { data: Float64Array.of(1, 2), rows: 1, cols: 2 } });
      const contestant = await peer.contestant({ inputs }, files.folder);
      expect(await contestant.time()).toBe(0.25);
      expect(await contestant.values()).toEqual({ y: Float64Array.of(2, 4) });
    } finally {
      peer.end();
      files.remove();
    }
  });

  it('passes on what went wrong', async () => {
    const peer = new PeerProcess(process.execPath, { args: [fakePeer(-1)] });
    try {
      await peer.answer();
      const contestant = await peer.contestant({ inputs: {} }, folder);
      await expect(contestant.time()).rejects.toThrow('ValueError: negative');
    } finally {
      peer.end();
    }
  });

  it('tells the last words of a process that ends', async () => {
    const file = join(folder, 'dies.mjs');
    writeFileSync(file, `throw new Error('no such library');`);
    const peer = new PeerProcess(process.execPath, { args: [file] });
    await expect(peer.answer()).rejects.toThrow('no such library');
  });
});

describe('Peers', () => {
  it('says which interpreters were tried, why they do not serve, and what to install', async () => {
    const python = join(folder, 'python3');
    const peers = new Peers({ threads: 1, pythons: [python] });
    const { missing } = await peers.get('numpy');
    expect(missing).toContain(`${python}: `);
    expect(missing).toContain('ENOENT');
    expect(missing).toContain('python3-numpy');
  });

  it('uses the peers that were asked for', () => {
    const peers = new Peers({ threads: 1, pythons: [], names: ['mathjs'] });
    expect(['mathjs', 'numpy'].map((name) => peers.uses(name))).toEqual([true, false]);
  });

  it.each([
    ['SkylakeX', 'on SkylakeX'],
    [undefined, 'on its choice'],
  ])('tell an OpenBLAS of Python to use the kernels of %s', async (coreType, versions) => {
    vi.stubEnv('OPENBLAS_CORETYPE', undefined);
    const python = join(folder, 'python');
    writeFileSync(
      python,
      `#!/bin/sh\necho "{\\"versions\\": \\"on \${OPENBLAS_CORETYPE:-its choice}\\"}"\ncat >/dev/null\n`,
      { mode: 0o755 },
    );
    const peers = new Peers({ threads: 1, pythons: [python], coreType });
    try {
      expect(await peers.get('numpy')).toMatchObject({ versions });
    } finally {
      peers.end();
    }
  });
});

describe('InputFiles', () => {
  it('writes the elements of a view, not of the memory around it', () => {
    const files = new InputFiles();
    const data = Float64Array.of(9, 1, 2, 9).subarray(1, 3);
    const entries = files.write({ X: { data, rows: 2, cols: 1 }, order: Int32Array.of(3) });
    expect(entries['X']).toMatchObject({ type: 'float64', shape: [2, 1] });
    expect(entries['order']).toMatchObject({ type: 'int32', shape: [1] });
    const bytes = readFileSync((entries['X'] as { file: string }).file);
    expect(new Float64Array(Uint8Array.from(bytes).buffer)).toEqual(Float64Array.of(1, 2));
    files.remove();
  });
});
