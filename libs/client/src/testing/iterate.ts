import { setTimeout as sleep } from 'node:timers/promises';

/** Hands every message to `take`. */
export async function forEach<T>(messages: AsyncIterable<T>, take: (message: T) => unknown): Promise<void> {
  for await (const message of messages) take(message);
}

/** Leaves the loop after the first message, having held it for `holdMs`. */
export async function first<T>(messages: AsyncIterable<T>, holdMs = 0): Promise<T | undefined> {
  for await (const message of messages) {
    await sleep(holdMs);
    return message;
  }
  return undefined;
}
