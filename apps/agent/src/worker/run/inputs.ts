import { realpath, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { reason } from '@weir/errors';
import type { RunFile } from '../plan/plan-run.ts';

/** An input that was found. */
export interface OpenInput {
  readonly step: string;
  /** The name that the engine reads it by. */
  readonly link: string;
  /** The file itself. */
  readonly target: string;
}

/** Finds the inputs and gives each a plain name. Throws INPUT_UNREADABLE for what is no file. */
export const openInputs = (files: readonly RunFile[], folder: string): Promise<OpenInput[]> =>
  Promise.all(
    files.map(async ({ step, path }) => {
      const target = await fileAt(path, step);
      const link = join(folder, step);
      await symlink(target, link);
      return { step, link, target };
    }),
  );

async function fileAt(path: string, step: string): Promise<string> {
  const target = await realpath(path).catch((error: unknown) => {
    throw reason(
      'INPUT_UNREADABLE',
      { step, problem: `the file cannot be opened (${codeOf(error)})` },
      { cause: error },
    );
  });
  if (!(await stat(target)).isFile()) throw reason('INPUT_UNREADABLE', { step, problem: 'its location is no file' });
  return target;
}

/** "ENOENT", "EACCES", ... */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
