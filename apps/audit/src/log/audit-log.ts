import type { Event } from '@weir/contracts/audit';
import type { Logger } from 'pino';
import { entryOf } from '../domain/entry.ts';
import type { LogStore } from '../store/log-store.ts';
import type { RemovalStore } from '../store/removal-store.ts';
import type { RetentionStore } from '../store/retention-store.ts';
import type { SearchStore } from '../store/search-store.ts';
import { logGrowth, type Growth } from './growth.ts';
import { startHeads, type Heads } from './heads.ts';
import type { LogKeys } from './log-keys.ts';
import { createProver, type Prover } from './prover.ts';
import { startRecorder, type Recorder } from './recorder.ts';
import { startIndexer } from './search/indexer.ts';
import { recentEvents, type RecentEvents } from './search/recent-events.ts';
import { startSweeper, type Sweeper } from './sweeper.ts';

/** Where everything is kept. */
export interface AuditStores {
  readonly store: LogStore;
  readonly retentions: RetentionStore;
  readonly removals: RemovalStore;
  readonly searches: SearchStore;
}

/** The logs of all tenants, and what works on them. */
export interface AuditLog extends AuditStores, AsyncDisposable {
  readonly keys: LogKeys;
  readonly heads: Heads;
  readonly prover: Prover;
  readonly recorder: Recorder;
  readonly growth: Growth;
  readonly recent: RecentEvents;
  readonly sweeper: Sweeper;
  /** Records the events of the audit service itself. */
  deliver(events: readonly Event[]): Promise<void>;
}

/** What an audit log is made of. */
export interface AuditLogOptions extends AuditStores {
  readonly keys: LogKeys;
  readonly log: Logger;
  /** Events that may wait to be written. */
  readonly queueLimit: number;
  /** How often retention is applied. */
  readonly sweepMs: number;
  readonly clock?: () => Date;
}

/** As many events wait when the database takes no more: what a few senders have under way is less. */
const BUSY = 2_048;

/** Starts to work on the logs in a store. */
export function startAuditLog(options: AuditLogOptions): AuditLog {
  const { store, retentions, removals, searches, keys } = options;
  const heads = startHeads(options);
  const growth = logGrowth();
  const onGrowth = (tenants: readonly string[]): void => {
    growth.announce(tenants);
    indexer.wake();
  };
  const recorder = startRecorder({ ...options, onGrowth });
  const indexer = startIndexer({ ...options, isBusy: () => recorder.waiting() > BUSY });
  const sweeper = startSweeper({ ...options, intervalMs: options.sweepMs });
  return {
    store,
    retentions,
    removals,
    searches,
    keys,
    heads,
    prover: createProver(store, heads),
    recorder,
    growth,
    recent: recentEvents(),
    sweeper,
    async deliver(events) {
      await recorder.record(events.map(entryOf));
    },
    async [Symbol.asyncDispose]() {
      await indexer[Symbol.asyncDispose]();
      await sweeper[Symbol.asyncDispose]();
      await recorder[Symbol.asyncDispose]();
    },
  };
}
