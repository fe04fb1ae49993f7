/** What prebuildify starts as node-gyp: puts the current build where it looks for a fresh one. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from '../support/files.mjs';

const folder = join(process.cwd(), 'build/Release');
mkdirSync(folder, { recursive: true });
copyFileSync(join(ROOT, 'build/Release/ntkit.node'), join(folder, 'ntkit.node'));
