/** The report in a real browser, Debian's Chromium where the system has none yet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { canInstall, install } from '../support/apt.mjs';
import { findExecutable, runInForeground } from '../support/command.mjs';

const DEBIAN_PACKAGE = 'chromium';

/** Throws when there is no browser, or the report fails in it. */
export async function checkBrowser(root) {
  if (findBrowser() === undefined && canInstall()) await install([DEBIAN_PACKAGE]);
  const browser = findBrowser();
  if (browser === undefined) {
    throw new Error(
      `Expected Chromium but found none: run "sudo apt-get install ${DEBIAN_PACKAGE}"`,
    );
  }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const code = await runInForeground(
    process.execPath,
    [vitest, 'run', '--config', 'vitest.browser.config.ts'],
    { cwd: root, env: { CHROMIUM: browser } },
  );
  if (code !== 0) throw new Error('The report fails in the browser');
}

/** Of the variable CHROMIUM, or on the path. */
function findBrowser() {
  const given = process.env.CHROMIUM;
  if (given !== undefined && existsSync(given)) return given;
  return findExecutable('chromium') ?? findExecutable('google-chrome');
}
