import type { Event } from '@weir/contracts/audit';
import { entryOf } from '../domain/entry.ts';
import type { LogStore } from '../store/log-store.ts';
import { logGrowth, type Growth } from './growth.ts';
import { startHeads, type Heads } from './heads.ts';
import type { LogKeys } from './log-keys.ts';
import { createProver, type Prover } from './prover.ts';
import { startRecorder, type Recorder } from './recorder.ts';

/** The logs of all tenants, and what works on them. */
export interface AuditLog extends AsyncDisposable {
  readonly store: LogStore;
  readonly keys: LogKeys;
  readonly heads: Heads;
  readonly prover: Prover;
  readonly recorder: Recorder;
  readonly growth: Growth;
  /** Records the events of the audit service itself. */
  deliver(events: readonly Event[]): Promise<void>;
}

/** What an audit log is made of. */
export interface AuditLogOptions {
  readonly store: LogStore;
  readonly keys: LogKeys;
  readonly queueLimit: number;
  readonly clock?: () => Date;
}

/** Starts to work on the logs in a store. */
export function startAuditLog({ store, keys, queueLimit, clock }: AuditLogOptions): AuditLog {
  const heads = startHeads({ store, keys });
  const growth = logGrowth();
  const recorder = startRecorder({ store, queueLimit, onGrowth: growth.announce, ...(clock && { clock }) });
  return {
    store,
    keys,
    heads,
    prover: createProver(store, heads),
    recorder,
    growth,
    async deliver(events) {
      await recorder.record(events.map(entryOf));
    },
    [Symbol.asyncDispose]: () => recorder[Symbol.asyncDispose](),
  };
}
