/**
 * The addon as the package ships it: prebuilds/<platform>-<arch>/ntkit[.<libc>].node, stripped. `npm pack` runs
 * this after the set-up:
 *
 *     node scripts/prebuild.mjs
 *
 * prebuildify gives the file its place and name. The node-gyp that it starts hands over the build that the set-up
 * has just made current (prebuild/hand-over.mjs), so nothing is compiled twice.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import prebuildify from 'prebuildify';
import { ROOT } from './support/files.mjs';

const STAGING = join(ROOT, 'build/prebuild');
const FOLDER = join(ROOT, 'prebuilds', `${process.platform}-${process.arch}`);

rmSync(STAGING, { recursive: true, force: true });
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(STAGING, { recursive: true });
await promisify(prebuildify)({
  cwd: STAGING,
  out: ROOT,
  name: 'ntkit',
  napi: true,
  strip: true,
  tagLibc: process.platform === 'linux',
  targets: [process.versions.node],
  nodeGyp: `"${process.execPath}" "${join(ROOT, 'scripts/prebuild/hand-over.mjs')}"`,
  shell: true,
});
