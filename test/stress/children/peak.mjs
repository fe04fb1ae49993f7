// Loaded before a program (node --import): leaves the most memory that it held, in bytes, in the file named by PEAK_FILE.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

process.on('exit', () => {
  writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS * 1024));
});
