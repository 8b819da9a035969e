import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where to say that a worker takes runs. */
export interface Announcement {
  /** "127.0.0.1:41234". */
  readonly address: string;
  readonly readyFile: string | undefined;
  /** Why it is not ready yet; undefined when it is. */
  ready(): string | undefined;
}

const POLL_MS = 20;

/**
 * Waits until the worker is ready, then says where it listens to whoever started it: one line of JSON on stdout, a file
 * if one is asked for, a message on the IPC channel if there is one.
 */
export async function announce({ address, readyFile, ready }: Announcement, signal: AbortSignal): Promise<void> {
  while (ready() !== undefined) await sleep(POLL_MS, undefined, { signal });
  const line = `${JSON.stringify({ listening: address })}\n`;
  process.stdout.write(line);
  process.send?.({ address, listening: address });
  if (readyFile === undefined) return;
  await writeFile(`${readyFile}.part`, line);
  await rename(`${readyFile}.part`, readyFile);
}
