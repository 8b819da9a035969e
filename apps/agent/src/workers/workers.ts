import type { ExecuteRequest, ExecuteResponse, RunRoute } from '@weir/contracts/agent';
import type { Route } from '@weir/contracts/deployment';

/** A worker for one run; disposing it gives it back. */
export interface WorkerLease extends AsyncDisposable {
  /** Where the run goes, `worker` included. */
  readonly route: RunRoute;
  execute(request: ExecuteRequest, options: ExecuteOptions): AsyncIterable<ExecuteResponse>;
  /** Says that it cannot be trusted any more: a shared worker is ended and replaced. */
  broken(): void;
}

/** What bounds an execution. */
export interface ExecuteOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Whom a worker is wanted for. */
export interface WorkerRequest {
  readonly tenant: string;
  /** "components/<id>", for counting. */
  readonly component: string;
  /** The deployment that takes the run; undefined: the workers that all tenants share. */
  readonly route: Route | undefined;
  /** Workers to leave out, because the run failed on them, while there is another. */
  readonly avoid: ReadonlySet<string>;
}

/** The workers that runs go to. */
export interface Workers {
  /** Waits for a free worker. Rejects with the signal's reason when it aborts. */
  lease(request: WorkerRequest, signal: AbortSignal): Promise<WorkerLease>;
}
