import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './inputs.ts';
import { UNFINISHED } from './scratch.ts';

/** Removes what workers left behind that died: their scratch, and outputs that they did not finish. */
export async function sweep(workersDir: string, isAlive: (pid: number) => boolean = processExists): Promise<void> {
  for (const pid of await namesIn(workersDir)) {
    if (!/^\d+$/.test(pid) || isAlive(Number(pid))) continue;
    const left = join(workersDir, pid);
    for (const run of await namesIn(left)) {
      for (const file of await unfinishedIn(join(left, run))) await rm(file, { force: true });
    }
    await rm(left, { recursive: true, force: true });
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function unfinishedIn(run: string): Promise<string[]> {
  try {
    return JSON.parse(await readFile(join(run, UNFINISHED), 'utf8')) as string[];
  } catch {
    return [];
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
