import { JobState, type BatchSpec, type Job, type RunSpec } from '@weir/contracts/agent';

/** What a job is to do. */
export type JobWork = NonNullable<Job['work']>;

/** What came of a job. */
export type JobOutcomeMessage = NonNullable<Job['outcome']>;

/** A job and what only the service knows of it. */
export interface StoredJob {
  readonly job: Job;
  /** The id of its run, the same each time that it is begun. */
  readonly runId: string;
  /** The trace that it was submitted in. */
  readonly traceparent: string | undefined;
}

/** The right to work on a job; the latest one counts. */
export interface JobClaim {
  readonly name: string;
  readonly number: bigint;
}

const ENDED: ReadonlySet<JobState> = new Set([JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED]);

/** Whether a job has ended. */
export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean => ENDED.has(state);

/** "tenants/acme/jobs/nightly" */
export const jobName = (tenant: string, id: string): string => `tenants/${tenant}/jobs/${id}`;

const runsOf = (work: JobWork): RunSpec[] =>
  work.$case === 'run' ? [work.value] : work.value.items.flatMap(({ run }) => run ?? []);

/** The components that run in a job, each once. */
export const componentsOf = (work: JobWork): string[] => [
  ...new Set(runsOf(work).flatMap(({ component }) => component?.component ?? [])),
];

/** The datasets that a job names, each once. */
export const datasetsOf = (work: JobWork): string[] => [
  ...new Set(runsOf(work).flatMap(({ dataset }) => (dataset === '' ? [] : [dataset]))),
];

/** The first item id that occurs more than once. */
export function repeatedItem({ items }: BatchSpec): string | undefined {
  const seen = new Set<string>();
  return items.find(({ itemId }) => seen.size === seen.add(itemId).size)?.itemId;
}

const KEPT_MS = 30 * 86_400_000;

/** From when a job is forgotten. */
export const expiryOf = (finishedAt: Date | null): Date | undefined =>
  finishedAt === null ? undefined : new Date(finishedAt.getTime() + KEPT_MS);
