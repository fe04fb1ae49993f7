// Writes schemas/sweep.json, which editors complete a sweep's file by: `node scripts/schema.mjs` after a build.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { sweepJsonSchema } from '../dist/sweeps/config/schema.js';

const text = await format(JSON.stringify(sweepJsonSchema()), { parser: 'json', printWidth: 100 });
writeFileSync(new URL('../schemas/sweep.json', import.meta.url), text);
