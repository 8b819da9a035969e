import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The root of this repository. */
export const ROOT = join(import.meta.dirname, '../..');

/** What a program wrote, both streams in order, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program from the root and shows what it writes. Throws when it fails. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit' });
  const code = await ended(child);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${code}`);
}

/** Runs a program from the root and keeps what it writes. */
export async function capture(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  const keep = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { code: await ended(child), output };
}

const ended = (child: ReturnType<typeof spawn>): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
