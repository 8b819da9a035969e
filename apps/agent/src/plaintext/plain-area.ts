import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sweep } from '../worker/run/sweep.ts';

/** A folder that is gone, with all that is in it, once it is disposed. */
export interface PlainFolder extends AsyncDisposable {
  readonly path: string;
}

/** Where plain text of encrypted datasets lies for as long as it is needed. */
export interface PlainArea {
  open(): Promise<PlainFolder>;
  /** Removes what processes left behind that died. */
  sweep(): Promise<void>;
}

/** The part of a folder that belongs to this process. */
export function plainArea(dir: string): PlainArea {
  const own = join(dir, String(process.pid));
  return {
    async open() {
      const path = join(own, randomUUID());
      await mkdir(path, { recursive: true, mode: 0o700 });
      return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
    },
    sweep: () => sweep(dir),
  };
}
