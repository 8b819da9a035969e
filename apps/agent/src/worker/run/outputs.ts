import { randomUUID } from 'node:crypto';
import { realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reason } from '@weir/errors';
import type { RunFile } from '../plan/plan-run.ts';
import { codeOf } from './inputs.ts';

/** An output under way. */
export interface OpenOutput {
  readonly step: string;
  /** Where it is written; whoever looks for the output does not find it there. */
  readonly unfinished: string;
  /** Where it belongs. */
  readonly path: string;
}

/** Gives each output a place beside the one where it belongs. Throws OUTPUT_UNWRITABLE when its folder is not there. */
export const openOutputs = (files: readonly RunFile[]): Promise<OpenOutput[]> =>
  Promise.all(
    files.map(async ({ step, path }) => {
      const folder = await realpath(dirname(path)).catch((error: unknown) => {
        throw reason('OUTPUT_UNWRITABLE', { output: step, problem: `no folder (${codeOf(error)})` }, { cause: error });
      });
      return { step, path: join(folder, basename(path)), unfinished: join(folder, `.${randomUUID()}.part`) };
    }),
  );

/** Puts all outputs where they belong, or none. */
export async function publish(outputs: readonly OpenOutput[]): Promise<void> {
  const done: string[] = [];
  for (const { step, unfinished, path } of outputs) {
    try {
      await rename(unfinished, path);
      done.push(path);
    } catch (error) {
      await Promise.all(done.map((file) => rm(file, { force: true })));
      throw reason('OUTPUT_UNWRITABLE', { output: step, problem: codeOf(error) }, { cause: error });
    }
  }
}

/** Removes what was not published. */
export const discard = async (outputs: readonly OpenOutput[]): Promise<void> => {
  await Promise.all(outputs.map(({ unfinished }) => rm(unfinished, { force: true })));
};
