import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, ROOT, type Outcome } from '../process/run.ts';
import { bin, inTurn, type Skipped } from './step.ts';

/** Compares the contract with that of main (or of WEIR_BASE): what was promised there still holds here. */
export async function breaking(): Promise<Outcome | Skipped> {
  const base = await baseCommit();
  if (!base) return { skipped: 'there is no main branch to compare with' };
  if ((await git('cat-file', '-e', `${base}:proto`)).code !== 0) return { skipped: 'main has no proto files yet' };

  const folder = mkdtempSync(join(tmpdir(), 'weir-base-'));
  try {
    copyFileSync(join(ROOT, 'buf.yaml'), join(folder, 'buf.yaml'));
    const archive = join(folder, 'proto.tar');
    return await inTurn(
      () => git('archive', '--output', archive, base, 'proto'),
      () => capture('tar', ['-xf', archive, '-C', folder]),
      () => bin('buf', 'breaking', '--against', folder),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function baseCommit(): Promise<string | undefined> {
  for (const name of [process.env.WEIR_BASE, 'origin/main', 'main']) {
    if (!name) continue;
    const { code, output } = await git('merge-base', 'HEAD', name);
    if (code === 0) return output.trim();
  }
  return undefined;
}

// A clone may belong to another user than the one who checks it.
const git = (...args: string[]): Promise<Outcome> => capture('git', ['-c', 'safe.directory=*', ...args]);
