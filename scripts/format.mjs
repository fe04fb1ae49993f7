/** `npm run format`: brings every file into the project's format. */
import process from 'node:process';
import { formatFiles } from './check/format.mjs';
import { ROOT } from './support/files.mjs';

try {
  await formatFiles(ROOT, { write: true });
} catch (error) {
  process.stderr.write(error.output ?? '');
  console.error(error.message);
  process.exitCode = 1;
}
