/** System packages, on machines where the set-up may install them. */
import process from 'node:process';
import { findExecutable, runQuietly } from './command.mjs';

/** Debian or a relative, and the right to install. */
export function canInstall() {
  return process.getuid?.() === 0 && findExecutable('apt-get') !== undefined;
}

/** Installs Debian packages without a question asked. Waits for another apt to finish. */
export async function install(packages, signal) {
  const options = {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    signal,
  };
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  await runQuietly('apt-get', [...wait, 'update'], options);
  const flags = ['install', '-y', '--no-install-recommends'];
  await runQuietly('apt-get', [...wait, ...flags, ...packages], options);
}
