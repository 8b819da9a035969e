import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file below a folder that holds a text; files that go meanwhile hold nothing. */
export async function filesHolding(folder: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (await holds(path, text)) found.push(path);
  }
  return found;
}

async function holds(path: string, text: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile() && (await readFile(path)).includes(text);
  } catch {
    return false;
  }
}
