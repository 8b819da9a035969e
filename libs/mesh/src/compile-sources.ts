import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileCache, entryOf, SERVICES, workspaceRoot } from './plan.ts';

const LOADER = join(import.meta.dirname, 'load-sources.ts');
const AGENT = join(workspaceRoot, 'apps', 'agent', 'src');
/** The programs of a mesh. */
const PROGRAMS = [
  ...SERVICES.map(entryOf),
  join(AGENT, 'worker-main.ts'),
  join(AGENT, 'reader-main.ts'),
  join(AGENT, 'worker', 'engine', 'engine-main.ts'),
];

/**
 * Fills the compile cache of Node once, in a process of its own. Five services that start on an empty cache each strip
 * types from the same sources at the same time, which takes longer, and each keeps the stripper in memory, some 25 MiB.
 * Never fails: what is not in the cache is compiled by whoever needs it.
 */
export async function compileSources(): Promise<void> {
  const stamp = join(compileCache, `compiled-${process.version}`);
  if (existsSync(stamp)) return;

  const child = spawn(process.execPath, [LOADER, ...PROGRAMS], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: 'ignore',
  });
  const code = await new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  if (code !== 0) return;
  try {
    writeFileSync(stamp, '');
  } catch {
    // Where nothing can be written nothing was kept either.
  }
}
