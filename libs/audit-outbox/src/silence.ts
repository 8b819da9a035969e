import type { Event } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backgroundEvent } from './event.ts';

const AGAIN_MS = 1_000;

/** The last thing on record of a service whose calls leave no events: that they do not. Tried until it is written. */
export function announceSilence(service: string, add: (event: Event) => Promise<void>, log: Logger): AsyncDisposable {
  log.warn('AUDIT_LOGGING is off: calls leave no audit events');
  const event = backgroundEvent(service, { type: 'audit_logging_off', sensitivity: Sensitivity.CRITICAL });
  const ending = new AbortController();

  async function announce(): Promise<void> {
    while (!ending.signal.aborted) {
      const isWritten = await add(event).then(
        () => true,
        () => false,
      );
      if (isWritten) return;
      await wait(AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const announced = announce();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await announced;
    },
  };
}
