import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { deliverRows, type Deliver } from './deliver-rows.ts';
import type { Outbox } from './outbox.ts';

/** Carries events from the outbox to the audit service, in order, at least once; audit drops repeats by event id. */
export interface Relay extends AsyncDisposable {
  /** Events are waiting: look at once. */
  wake(): void;
  /** How many events wait, as of the last look. */
  backlog(): number;
}

const BATCH = 256;
const IDLE_MS = 1_000;
// After a wake that found nothing: the row belongs to a transaction with an older neighbour still in flight.
const SOON_MS = 20;
const RETRY_MS = { first: 50, last: 5_000 } as const;

/** Starts the relay of one service's outbox. */
export function startRelay(outbox: Outbox, deliver: Deliver, log: Logger): Relay {
  const ending = new AbortController();
  const state = { backlog: 0, woken: false, wakeUp: Promise.withResolvers<void>() };

  /** One look at the outbox; how long to pause after it. */
  async function look(): Promise<number> {
    state.woken = false;
    const { rows, backlog } = await outbox.next(BATCH);
    state.backlog = backlog;
    if (rows.length > 0) {
      await deliverRows(rows, outbox, deliver, log);
      return 0;
    }
    return wasWoken(state) ? SOON_MS : IDLE_MS;
  }

  async function loop(): Promise<void> {
    let retryMs: number = RETRY_MS.first;
    while (!ending.signal.aborted) {
      // Before the look: a wake that comes while it is under way cuts the pause after it short.
      state.wakeUp = Promise.withResolvers();
      try {
        const pauseMs = await look();
        retryMs = RETRY_MS.first;
        if (pauseMs > 0) await Promise.race([pause(pauseMs, ending.signal), state.wakeUp.promise]);
      } catch (error) {
        log.debug({ err: error }, 'audit events wait');
        await pause((retryMs = Math.min(retryMs * 2, RETRY_MS.last)), ending.signal);
      }
    }
  }

  const running = loop();
  return {
    wake() {
      state.woken = true;
      state.wakeUp.resolve();
    },
    backlog: () => state.backlog,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

const wasWoken = ({ woken }: { readonly woken: boolean }): boolean => woken;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
