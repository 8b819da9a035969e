import { setTimeout as wait } from 'node:timers/promises';
import { Event } from '@weir/contracts/audit';
import type { Logger } from 'pino';
import { deliverRows, type Deliver } from './deliver-rows.ts';
import type { Outbox, OutboxRow } from './outbox.ts';

/** Carries events from the outbox to the audit service, in order, at least once; audit drops repeats by event id. */
export interface Relay extends AsyncDisposable {
  /** So many more events are waiting: look at once. */
  wake(added?: number): void;
  /** How many events wait: those of the last look, and those that came since. */
  backlog(): number;
  /** When the first of those that wait happened; undefined when none waits. */
  oldest(): Date | undefined;
}

const BATCH = 256;
const IDLE_MS = 1_000;
// After a wake that found nothing: the row belongs to a transaction with an older neighbour still in flight.
const SOON_MS = 20;
// How long events gather after a delivery that was not full. The first after a quiet time goes at once; while calls come
// in a steady flow the pauses grow, for each delivery waits for the disk that the calls wait for.
const GATHER_MS = { first: 25, last: 200 } as const;
const RETRY_MS = { first: 50, last: 5_000 } as const;

/** Starts the relay of one service's outbox. Of several replicas' relays one at a time carries. */
export function startRelay(outbox: Outbox, deliver: Deliver, log: Logger): Relay {
  const ending = new AbortController();
  const state = initial();

  async function loop(): Promise<void> {
    let retryMs: number = RETRY_MS.first;
    while (!ending.signal.aborted) {
      // Before the look: a wake that comes while it is under way cuts the pause after it short.
      state.wakeUp = Promise.withResolvers();
      const woken = takeWake(state);
      try {
        const carried = await look(state, outbox, (rows) => deliverRows(rows, outbox, deliver, log));
        retryMs = RETRY_MS.first;
        if (carried === 0) await idle(state, woken ? SOON_MS : IDLE_MS, ending.signal);
        else if (carried !== BATCH) await gather(state, ending.signal);
      } catch (error) {
        log.debug({ err: error }, 'audit events wait');
        await pause((retryMs = Math.min(retryMs * 2, RETRY_MS.last)), ending.signal);
      }
    }
  }

  const running = loop();
  return {
    wake(added = 0) {
      state.added += added;
      state.woken = true;
      state.wakeUp.resolve();
    },
    backlog: () => state.counted + state.added,
    oldest: () => state.oldest,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

/** One look at the outbox; how many events it carried, or undefined when another relay is carrying. */
function look(
  state: RelayState,
  outbox: Outbox,
  deliver: (rows: readonly OutboxRow[]) => Promise<void>,
): Promise<number | undefined> {
  const seen = state.added;
  return outbox.look(BATCH, async ({ rows, backlog, isMine }) => {
    state.added -= seen;
    state.counted = backlog;
    state.oldest = rows[0] && Event.decode(rows[0].event).time;
    if (!isMine) return undefined;
    if (rows.length === 0) return 0;
    await deliver(rows);
    state.counted = Math.max(0, state.counted - rows.length);
    if (state.counted === 0) state.oldest = undefined;
    return rows.length;
  });
}

interface RelayState {
  counted: number;
  added: number;
  oldest: Date | undefined;
  woken: boolean;
  wakeUp: PromiseWithResolvers<void>;
  gatherMs: number;
}

const initial = (): RelayState => ({
  counted: 0,
  added: 0,
  oldest: undefined,
  woken: false,
  wakeUp: Promise.withResolvers(),
  gatherMs: GATHER_MS.first,
});

async function gather(state: RelayState, signal: AbortSignal): Promise<void> {
  await pause(state.gatherMs, signal);
  state.gatherMs = Math.min(state.gatherMs * 2, GATHER_MS.last);
}

async function idle(state: RelayState, ms: number, signal: AbortSignal): Promise<void> {
  state.gatherMs = GATHER_MS.first;
  await Promise.race([pause(ms, signal), state.wakeUp.promise]);
}

/** Whether it was woken since the last time. */
function takeWake(state: RelayState): boolean {
  const { woken } = state;
  state.woken = false;
  return woken;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
