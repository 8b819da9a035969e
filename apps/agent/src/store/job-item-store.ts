import type { Scope } from '@weir/context';
import type { BatchItemResult } from '@weir/contracts/agent';
import type { JobClaim } from '../domain/job.ts';

/** An item that has ended. */
export interface EndedItem {
  /** Of the job, when it ended. */
  readonly revision: bigint;
  readonly item: BatchItemResult;
}

/** Items in the order in which they ended. */
export interface ItemPage {
  readonly items: readonly EndedItem[];
  readonly isLast: boolean;
}

/** The items of batches that have ended. */
export interface JobItemStore {
  /** Items that ended after a revision of the job, at most `limit` and about `maxBytes` of them. */
  page(scope: Scope, job: string, after: bigint, limit: number, maxBytes: number): Promise<ItemPage>;
  /** Keeps how an item ended, once. False when the claim counts no more, or the batch is to stop. */
  keep(scope: Scope, claim: JobClaim, item: BatchItemResult): Promise<boolean>;
}
