import type { Reason } from '@weir/errors';

/** Why a step failed, as it crosses the process boundary: a reason of the catalogue and its facts. */
export interface Failure {
  readonly reason: Reason;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Ends a run with a reason that callers may know. Facts never hold data. */
export class StepFailure extends Error {
  readonly failure: Failure;

  constructor(reason: Reason, facts: Readonly<Record<string, string | number>>) {
    super(reason);
    this.name = 'StepFailure';
    this.failure = { reason, facts };
  }
}
