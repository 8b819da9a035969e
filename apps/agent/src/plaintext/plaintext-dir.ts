import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { userInfo } from 'node:os';
import { z } from 'zod';

/** Where encrypted datasets lie in plain text for as long as they are read or written. */
export const plaintextSetting = {
  PLAINTEXT_DIR: z
    .string()
    .optional()
    .describe(
      'Folder, in memory, where datasets that are encrypted at rest lie decrypted while they are read or written. ' +
        'Default: in /dev/shm, or in WEIR_STATE_DIR where there is none.',
    ),
};

const MEMORY = '/dev/shm';

/** The folder that all processes of this user share; each has one of its own in it, named by its process id. */
export function plaintextDirOf(settings: { PLAINTEXT_DIR?: string | undefined; WEIR_STATE_DIR: string }): string {
  if (settings.PLAINTEXT_DIR !== undefined) return resolve(settings.PLAINTEXT_DIR);
  return existsSync(MEMORY) ? join(MEMORY, `weir-${userInfo().uid}`) : resolve(settings.WEIR_STATE_DIR, 'plaintext');
}
