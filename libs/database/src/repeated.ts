import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '@weir/context';
import { endOf, hasEnded } from './call-end.ts';
import { asWeirError, failureKind } from './failures.ts';

const ATTEMPTS = 4;

/** Runs a transaction, up to three times more after a conflict with another one; its failures are told as callers know them. */
export async function repeated<T>(run: () => Promise<T>, call?: CallContext): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (call && failureKind(error) === 'stopped' && hasEnded(call)) throw endOf(call);
      if (failureKind(error) !== 'conflict' || attempt === ATTEMPTS) throw asWeirError(error);
      await wait(Math.random() * 20 * 2 ** attempt);
    }
  }
}
