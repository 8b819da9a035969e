import type { Scope } from '@weir/context';
import type { RunRecord } from '../domain/run-record.ts';

/** How runs ended. */
export interface RunStore {
  /** Keeps how a run ended; of a run that was tried again the last end counts. */
  record(scope: Scope, run: RunRecord): Promise<void>;
}
