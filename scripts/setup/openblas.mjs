/** OpenBLAS to link, from the system's packages. */
import process from 'node:process';
import { findOpenblas } from '../openblas.mjs';
import { canInstall, install } from '../support/apt.mjs';

const DEBIAN_PACKAGE = 'libopenblas-dev';

export const openblas = {
  title: 'OpenBLAS',
  isCurrent: () => findOpenblas() !== undefined,
  async run(_root, signal) {
    if (canInstall()) await install([DEBIAN_PACKAGE], signal);
    if (findOpenblas() !== undefined) return;
    const remedy =
      process.platform === 'darwin'
        ? 'brew install openblas'
        : `sudo apt-get install ${DEBIAN_PACKAGE}`;
    throw new Error(
      `Expected libopenblas but found none that can be linked: run "${remedy}", then try again`,
    );
  },
};
