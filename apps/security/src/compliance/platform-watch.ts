import { PLATFORM_LOG } from '@weir/audit-outbox';
import type { Event } from '@weir/contracts/audit';
import { Code, WeirError } from '@weir/errors';
import { backoff } from '@weir/client';
import type { Logger } from 'pino';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlatformWatchStore } from '../store/platform-watch-store.ts';
import type { AuditAccess } from './audit-access.ts';
import type { IncidentWatch } from './incident-watch.ts';

/** What a watch over the platform's log works with. */
export interface PlatformWatchParts {
  readonly audit: Pick<AuditAccess, 'tailEvents'>;
  readonly platform: PlatformWatchStore;
  readonly incidents: Pick<IncidentWatch, 'noticed'>;
  readonly log: Logger;
}

// Bookmarks come at least every 10 seconds: a stream that is silent for longer is dead.
const SILENCE_MS = 25_000;
const NOTE_EVERY_MS = 1_000;

/**
 * Reads the platform's log as it grows: what any service refused, which heads it would not believe, who leaves no events
 * any more. Each replica reads all of it; what comes of it is the same.
 */
export function startPlatformWatch(parts: PlatformWatchParts): AsyncDisposable {
  const ending = new AbortController();
  const pauses = backoff(100, 2_000);

  async function loop(): Promise<void> {
    let revision = await firstRevision(parts, ending.signal);
    while (!ending.signal.aborted) {
      try {
        await follow(parts, revision, ending.signal, (reached) => {
          pauses.reset();
          revision = reached;
        });
      } catch (error) {
        // Retention has removed what was to come next, or the log is another one: from now on, then.
        if (error instanceof WeirError && error.code === Code.OUT_OF_RANGE) revision = undefined;
        parts.log.debug({ err: error }, "the platform's log is not followed; it is tried again");
      }
      await wait(pauses.next(), undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  }

  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

/** Where to go on; a log that was never read is read from its beginning. */
async function firstRevision({ platform }: PlatformWatchParts, signal: AbortSignal): Promise<bigint | undefined> {
  while (!signal.aborted) {
    try {
      return (await platform.revision()) ?? 0n;
    } catch {
      await wait(NOTE_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  return undefined;
}

async function follow(
  { audit, platform, incidents }: PlatformWatchParts,
  from: bigint | undefined,
  ended: AbortSignal,
  onReached: (revision: bigint) => void,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS).unref();
  let notedAt = 0;
  try {
    const signal = AbortSignal.any([ended, silence.signal]);
    const request = { tenant: PLATFORM_LOG, ...(from !== undefined && { revision: from }) };
    for await (const { revision, event } of audit.tailEvents(request, { signal })) {
      timer = timer.refresh();
      if (event?.event) {
        await takeIn(platform, event.event);
        await incidents.noticed(event.event);
      }
      onReached(revision);
      if (event && Date.now() - notedAt < NOTE_EVERY_MS) continue;
      await platform.readTo(revision);
      notedAt = Date.now();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function takeIn(platform: PlatformWatchStore, { type, service, time, id }: Event): Promise<void> {
  if (type === 'audit_logging_off') {
    await platform.falls({ service, since: time ?? new Date(), auditEventId: id });
  }
  if (type === 'audit_logging_on') await platform.speaks(service);
}
