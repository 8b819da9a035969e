// Loads what the programs given as arguments import, without running them: Node keeps what it compiled.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// Ours only: what comes from elsewhere is imported by them.
const IMPORT = /^(?:import|\}) .*?from '(?<name>(?:@weir\/|\.)[^']+)';$/gm;

for (const program of process.argv.slice(2)) {
  const { resolve } = createRequire(program);
  for (const { groups } of readFileSync(program, 'utf8').matchAll(IMPORT)) {
    await import(pathToFileURL(resolve(groups?.name ?? '')).href);
  }
}
