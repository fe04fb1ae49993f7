/** The libraries we are compared with: where they are found, what they are started with, and why one is missing. */
import { join } from 'node:path';
import process from 'node:process';
import { PeerProcess } from './process.mjs';

const DEBIAN = 'Debian has python3-numpy, python3-scipy and python3-torch';

/** The peers by name: a family of interpreters or of packages, and the script that serves it. */
export const PEERS = {
  numpy: { title: 'numpy, scipy', python: 'numpy_peer.py' },
  pytorch: { title: 'PyTorch', python: 'torch_peer.py' },
  'ml-matrix': { title: 'ml-matrix', package: 'ml-matrix.mjs' },
  tfjs: { title: 'tfjs, wasm', package: 'tfjs.mjs' },
  mathjs: { title: 'mathjs', package: 'mathjs.mjs' },
};

/** Every library of linear algebra reads one of these. */
function threadEnvironment(threads) {
  const names = ['OPENBLAS', 'OMP', 'MKL', 'BLIS', 'VECLIB_MAXIMUM', 'NUMEXPR'];
  return Object.fromEntries(names.map((name) => [`${name}_NUM_THREADS`, String(threads)]));
}

/**
 * PyTorch's own threads and those of its BLAS fight for the cores, more or less by operation: it gets the best of
 * these for each.
 */
function torchSettings(threads) {
  const settings = [
    { own: threads, blas: threads },
    { own: threads, blas: 1 },
    { own: 1, blas: threads },
  ];
  return threads === 1 ? settings.slice(0, 1) : settings;
}

export class Peers {
  #options;
  #started = new Map();

  /**
   * @param options - `threads`; `pythons`: interpreters to look for, in order; `names`: peers to use; `coreType`: the
   * kernels that an OpenBLAS is told to use which does not know this CPU.
   */
  constructor({ threads, pythons, names = Object.keys(PEERS), coreType }) {
    this.#options = { threads, pythons, names, coreType };
  }

  /** Whether a peer was asked for at all. */
  uses(name) {
    return this.#options.names.includes(name);
  }

  /**
   * Starts a peer when it is first asked for.
   *
   * @returns `{ settings: [{ name, process }], versions }`, or `{ missing }` with the reason.
   */
  async get(name) {
    if (!this.#started.has(name)) this.#started.set(name, await this.#start(PEERS[name]));
    return this.#started.get(name);
  }

  end() {
    for (const { settings = [] } of this.#started.values()) {
      for (const { process: peer } of settings) peer.end();
    }
  }

  async #start(peer) {
    const { threads, pythons, coreType } = this.#options;
    if (peer.package !== undefined) {
      return hello([{ name: '', ...nodeCommand(peer.package, threads) }]);
    }
    const reasons = [];
    for (const python of pythons) {
      const found = await hello(pythonCommands(python, peer.python, { threads, coreType }));
      if (found.missing === undefined) return found;
      reasons.push(`${python}: ${found.missing}`);
    }
    return { missing: `${reasons.join('; ')}; ${DEBIAN}` };
  }
}

function nodeCommand(script, threads) {
  const args = [join(import.meta.dirname, 'javascript/serve.mjs'), script];
  return { command: process.execPath, args, env: threadEnvironment(threads) };
}

function pythonCommands(python, script, { threads, coreType }) {
  const kernels = coreType === undefined ? {} : { OPENBLAS_CORETYPE: coreType };
  const args = ['-u', join(import.meta.dirname, 'python', script)];
  const settings =
    script === PEERS.pytorch.python ? torchSettings(threads) : [{ own: threads, blas: threads }];
  return settings.map(({ own, blas }) => ({
    name: settings.length > 1 ? `${own}+${blas} threads` : '',
    command: python,
    args: [...args, String(own)],
    env: {
      ...threadEnvironment(blas),
      ...kernels,
      OMP_NUM_THREADS: String(own),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  }));
}

/** Starts one process a setting and reads what each says of itself. */
async function hello(commands) {
  const settings = commands.map(({ name, command, args, env }) => ({
    name,
    process: new PeerProcess(command, { args, env }),
  }));
  const words = [];
  for (const { process: peer } of settings) {
    words.push(await peer.answer().catch((error) => ({ missing: error.message })));
  }
  const failed = words.find(({ missing }) => missing !== undefined);
  if (failed === undefined) return { settings, versions: words[0].versions };
  for (const { process: peer } of settings) peer.end();
  return { missing: failed.missing };
}
