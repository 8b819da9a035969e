// Writes the generated pages of docs/, or with --check says which of them are not what the sources say.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../process/run.ts';
import { pages, stalePages } from './pages.ts';

if (process.argv.includes('--check')) {
  const stale = await stalePages();
  for (const file of stale) process.stderr.write(`${file} is not what its source says: npm run gen\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [file, text] of Object.entries(await pages())) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), text);
    process.stdout.write(`${file}\n`);
  }
}
