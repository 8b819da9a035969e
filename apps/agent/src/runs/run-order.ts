import type { AuditFields, Scope } from '@weir/context';
import type { Caller } from '../access/access-decisions.ts';
import type { RunProgress, RunResult, RunSpec } from '@weir/contracts/agent';

/** A run that somebody asked for. */
export interface RunOrder {
  /** The tenant's id. */
  readonly tenant: string;
  /** A UUID, the same each time that the run is tried. */
  readonly runId: string;
  readonly spec: RunSpec;
  /** The name of the principal that asked for it. */
  readonly askedBy: string;
  /** The circumstances of the call that asked for it; of a job nobody calls any more. */
  readonly caller: Caller | undefined;
  /** "tenants/<t>/jobs/<id>" of the job that it belongs to; empty without one. */
  readonly parentJob: string;
  readonly requestedAt: Date;
  /** The fencing token of the slot that it runs under; undefined: it takes a slot of its own. */
  readonly sharedSlot: bigint | undefined;
}

/** What happens along the way of a run. */
export interface RunHooks {
  /** The run has its slot and begins now. Throws when it must not. */
  readonly onBegin?: () => Promise<void>;
  readonly onProgress?: (progress: RunProgress) => void;
  /** What an auditor needs to know, as it becomes known. */
  readonly onFacts?: (facts: AuditFields) => void;
  /** Part of the transaction that makes the outputs visible. Throws when the run must not count any more. */
  readonly onPublish?: (scope: Scope, result: RunResult) => Promise<void>;
}

/** Runs what is ordered. */
export interface RunEngine {
  /** The whole way. The signal ends the work itself; its reason is what the run fails with. */
  run(order: RunOrder, hooks: RunHooks, signal: AbortSignal): Promise<RunResult>;
  /** Checks everything up to the route, takes no slot and runs nothing. */
  check(order: RunOrder, signal: AbortSignal): Promise<RunResult>;
}
