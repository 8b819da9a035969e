import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDir } from './plan.ts';

/** Holds a state folder for this process; fails when a mesh that runs has it. A lock left by a crash is taken over. */
export function lockState(state: StateDir): Disposable {
  const file = join(state.root, 'lock');
  const holder = holderOf(file);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new Error(
      `a mesh is running on ${state.root} already (process ${holder}). Use it, stop it with Ctrl-C where it runs, ` +
        'or give this one a folder of its own: --state-dir <folder>',
    );
  }
  writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

function holderOf(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
