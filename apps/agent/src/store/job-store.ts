import type { Scope } from '@weir/context';
import type { Job, JobState } from '@weir/contracts/agent';
import type { JobClaim, JobOutcomeMessage, JobWork, StoredJob } from '../domain/job.ts';

/** A job that is to be accepted. */
export interface NewJob {
  readonly name: string;
  readonly work: JobWork;
  readonly runId: string;
  readonly submittedBy: string;
  readonly traceparent: string | undefined;
}

/** Which jobs to list. */
export interface JobFilter {
  readonly tenant: string;
  readonly states: readonly JobState[];
  readonly component: string;
  readonly dataset: string;
  readonly submittedBy: string;
  readonly createdFrom: Date | undefined;
  readonly createdUntil: Date | undefined;
}

/** A page of jobs, and the place of the last one. */
export interface JobPage {
  readonly jobs: Job[];
  readonly last: bigint;
}

/** The job whose turn it is, or how long it waits still. */
export type NextJob = { readonly stored: StoredJob; readonly claim: JobClaim } | { readonly waitMs: number };

/** The jobs of tenants. */
export interface JobStore {
  /** Accepts a job. Undefined when there is one of its name. Throws QUEUE_FULL beyond `capacity` that wait. */
  accept(scope: Scope, job: NewJob, capacity: number): Promise<Job | undefined>;
  find(scope: Scope, name: string): Promise<StoredJob | undefined>;
  /** Newest first, without work and outcome, from the one before `before`. */
  list(scope: Scope, filter: JobFilter, before: bigint | undefined, limit: number): Promise<JobPage>;
  /** Ends a job that waits; tells one that is at work to stop. The job as it is then. */
  cancel(scope: Scope, name: string, why: string): Promise<Job | undefined>;

  /** Tenants with jobs that wait and nobody has claimed. */
  tenantsWaiting(scope: Scope): Promise<string[]>;
  /** Claims the job of a tenant whose turn it is; undefined when none waits. */
  claimNext(scope: Scope, tenant: string): Promise<NextJob | undefined>;
  /**
   * Claims the batch of a call, a new one or that of an earlier call: then what it has done counts, and that call
   * counts no more. Throws REQUEST_ID_REUSED when it was of other work.
   */
  claimCall(scope: Scope, job: NewJob): Promise<{ stored: StoredJob; claim: JobClaim }>;
  /** Says that a claimed job has begun. False when the claim counts no more, or the job was cancelled. */
  begin(scope: Scope, claim: JobClaim): Promise<boolean>;
  /** Lets go of a claimed job: it waits again, for `waitMs` at least. */
  putBack(scope: Scope, claim: JobClaim, waitMs: number): Promise<void>;
  /** Keeps how the job ends together with its outputs. False when the claim counts no more, or the job is to stop. */
  publish(scope: Scope, claim: JobClaim, end: JobEnd): Promise<boolean>;
  /** Ends a claimed job; false when the claim counts no more. */
  finish(scope: Scope, claim: JobClaim, end: JobEnd): Promise<boolean>;

  /** Takes jobs from processes that are gone: what was published ends, what was to stop has stopped, the rest waits. */
  recover(scope: Scope): Promise<number>;
  /** Of these jobs, those that are to stop. */
  cancelling(scope: Scope, names: readonly string[]): Promise<string[]>;
  /** Forgets jobs that ended long ago. */
  forgetExpired(scope: Scope): Promise<number>;
}

/** How a job ends. */
export interface JobEnd {
  readonly state: JobState;
  readonly outcome: JobOutcomeMessage | undefined;
  /** Empty unless it was cancelled by something else than CancelJob. */
  readonly cancelReason: string;
}
