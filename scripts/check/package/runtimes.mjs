/**
 * The JavaScript engines that the package is tried on: this Node, other majors of Node and Bun from the packages
 * that npm's `node` and `bun` are made of. Those two fetch their binary by an install script, which never runs
 * here; the packages below hold it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runQuietly } from '../../support/command.mjs';

const NODE_MAJORS = [20, 22, 24];

/** The engines besides this one: what to call them, their package, and the program in it. */
function others() {
  const here = Number(process.versions.node.split('.')[0]);
  const platform = `${process.platform}-${process.arch}`;
  const nodes = NODE_MAJORS.filter((major) => major !== here).map((major) => ({
    name: `Node ${major}`,
    specifier: `node-${platform}@${major}`,
    program: `node-${platform}/bin/node`,
  }));
  const bun = `@oven/bun-${platform.replace('arm64', 'aarch64')}`;
  return [...nodes, { name: 'Bun', specifier: bun, program: `${bun}/bin/bun` }];
}

async function install(folder, { name, specifier, program }) {
  const place = join(folder, name.replace(' ', '-'));
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--force'];
  await runQuietly('npm', ['install', ...flags, specifier], { cwd: place });
  const path = join(place, 'node_modules', program);
  if (!existsSync(path)) throw new Error(`Expected ${path} but found none`);
  return { name, path };
}

/**
 * Fetches the engines into a folder.
 *
 * @returns `{ runtimes: { name, path }[], missing: { name, reason }[] }`, this Node first.
 */
export async function fetchRuntimes(folder) {
  const runtimes = [{ name: `Node ${process.versions.node}`, path: process.execPath }];
  const missing = [];
  for (const engine of others()) {
    try {
      runtimes.push(await install(folder, engine));
    } catch (error) {
      const lines = (error.output ?? error.message).trim().split('\n');
      missing.push({ name: engine.name, reason: lines[0] });
    }
  }
  return { runtimes, missing };
}
