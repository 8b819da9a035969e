import { JobState, type Job } from '@weir/contracts/agent';
import type { JobFeed } from './job-feed.ts';

/** A job with how far it is, where this process knows. */
export const jobNow = (job: Job, feed: JobFeed): Job =>
  job.state === JobState.RUNNING ? { ...job, progress: feed.progressOf(job.name) } : job;
