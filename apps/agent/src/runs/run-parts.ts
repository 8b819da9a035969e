import type { Logger } from 'pino';
import type { AccessDecisions } from '../access/access-decisions.ts';
import type { FairQueue } from '../domain/fair-queue.ts';
import type { LimitValues } from '../domain/run-limits.ts';
import type { ComponentCatalogue } from '../registry/component-catalogue.ts';
import type { Tenants } from '../registry/tenants.ts';
import type { Routes } from '../routes/routes.ts';
import type { RunStore } from '../store/run-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import type { Workers } from '../workers/workers.ts';
import type { SlotKeeper } from './kept-slot.ts';
import type { RunActivity } from './run-activity.ts';
import type { DataParts } from './prepared-run.ts';
import type { RunHooks, RunOrder } from './run-order.ts';
import type { Timeline } from './timeline.ts';

/** What runs are made with. */
export interface RunParts extends DataParts {
  readonly tenants: Tenants;
  readonly catalogue: ComponentCatalogue;
  readonly decisions: AccessDecisions;
  readonly keeper: SlotKeeper;
  readonly routes: Routes;
  readonly workers: Workers;
  readonly queue: FairQueue;
  readonly runs: RunStore;
  readonly activity: RunActivity;
  readonly unitOfWork: UnitOfWork;
  readonly limits: LimitValues;
  readonly largeDatasetBytes: number;
  readonly log: Pick<Logger, 'warn'>;
}

/** One run on its way. */
export interface RunInProgress {
  readonly parts: RunParts;
  readonly order: RunOrder;
  readonly hooks: RunHooks;
  /** Ends the work itself. */
  readonly signal: AbortSignal;
  readonly time: Timeline;
}
