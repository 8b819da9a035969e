import { tenantScope } from '@weir/context';
import type { JobClaim } from '../domain/job.ts';
import type { SlotKeeper } from '../runs/kept-slot.ts';
import type { RunEngine } from '../runs/run-order.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { JobItemStore } from '../store/job-item-store.ts';
import type { JobStore } from '../store/job-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import type { JobEvents } from './job-events.ts';
import type { JobFeed } from './job-feed.ts';

/** What it takes to work on jobs. */
export interface JobWorkParts {
  readonly jobs: JobStore;
  readonly items: JobItemStore;
  readonly contents: ContentStore;
  readonly keeper: SlotKeeper;
  readonly feed: JobFeed;
  readonly engine: RunEngine;
  readonly events: JobEvents;
  readonly unitOfWork: UnitOfWork;
}

/** Somebody else works on the job now, or it is not to be worked on any more. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

/** The tenant's id of a claimed job. */
export const tenantOf = ({ name }: JobClaim): string => name.split('/')[1] ?? '';

/** Says that a claimed job begins. Throws ClaimLost when it must not. */
export async function begin({ jobs, feed }: JobWorkParts, claim: JobClaim, onBegun: () => void): Promise<void> {
  if (!(await jobs.begin(tenantScope(tenantOf(claim)), claim))) throw new ClaimLost();
  feed.changed(claim.name);
  onBegun();
}
