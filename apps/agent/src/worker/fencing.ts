import { reason } from '@weir/errors';

/** Keeps late attempts of a run out, as far as this worker has seen its attempts. */
export interface Fencing {
  /** Throws RUN_SUPERSEDED when a newer token of the run was seen; otherwise ends older attempts that are at work. */
  enter(runId: string, token: bigint, end: (cause: Error) => void): Disposable;
}

const MAX_RUNS = 10_000;

interface Holder {
  readonly token: bigint;
  readonly end: (cause: Error) => void;
}

/** Remembers the newest token of the last 10,000 runs. */
export function createFencing(): Fencing {
  const newest = new Map<string, bigint>();
  const atWork = new Map<string, Set<Holder>>();
  return {
    enter(runId, token, end) {
      const seen = newest.get(runId) ?? 0n;
      if (token < seen) throw lost(runId, token, seen);
      newest.delete(runId);
      newest.set(runId, token);
      if (newest.size > MAX_RUNS) for (const oldest of newest.keys()) if (newest.delete(oldest)) break;

      const holders = atWork.get(runId) ?? new Set<Holder>();
      for (const holder of holders) if (holder.token < token) holder.end(lost(runId, holder.token, token));
      const holder = { token, end };
      atWork.set(runId, holders.add(holder));
      return {
        [Symbol.dispose]() {
          holders.delete(holder);
          if (holders.size === 0) atWork.delete(runId);
        },
      };
    },
  };
}

const lost = (runId: string, token: bigint, newer: bigint): Error =>
  reason('RUN_SUPERSEDED', { run_id: runId, token, newer });
