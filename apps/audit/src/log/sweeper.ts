import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import { sweepLog, type SweepOptions } from './retention-sweep.ts';

const scope = platformScope();

/** Sweeps all logs, now and then. */
export interface Sweeper extends AsyncDisposable {
  /** A log may have something to remove: look soon. */
  wake(tenant: string): void;
}

/** Starts to sweep every `intervalMs`. */
export function startSweeper(options: SweepOptions & { intervalMs: number; log: Logger }): Sweeper {
  const { retentions, intervalMs, log } = options;
  const ending = new AbortController();
  const due = new Set<string>();
  let woken = Promise.withResolvers<void>();
  let nextFull = Date.now() + intervalMs;

  async function untilDue(): Promise<void> {
    if (due.size > 0) return;
    woken = Promise.withResolvers();
    const pause = wait(Math.max(0, nextFull - Date.now()), undefined, { signal: ending.signal, ref: false });
    await Promise.race([pause.catch(() => undefined), woken.promise]);
  }

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      await untilDue();
      try {
        const isFull = Date.now() >= nextFull;
        if (isFull) nextFull = Date.now() + intervalMs;
        const tenants = isFull ? await retentions.tenantsWithRules(scope) : [...due];
        due.clear();
        await sweepAll(options, tenants, ending.signal);
      } catch (error) {
        log.warn({ err: error }, 'retention was not applied; the next time tries again');
      }
    }
  }

  const running = loop();
  return {
    wake(tenant) {
      due.add(tenant);
      woken.resolve();
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      woken.resolve();
      await running;
    },
  };
}

async function sweepAll(
  options: SweepOptions & { log: Logger },
  tenants: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { removals, log } = options;
  let total = 0n;
  for (const tenant of tenants) {
    if (signal.aborted) return;
    try {
      const gone = await sweepLog(options, tenant);
      if (gone > 0n) log.info({ tenant, events: String(gone) }, 'retention removed events');
      total += gone;
    } catch (err) {
      // A log that was tampered with may fail every time; the others have their turn all the same.
      log.warn({ err, tenant }, 'retention was not applied to a log; the next full sweep tries again');
    }
  }
  if (total > 0n) await removals.dropEmptied();
}
