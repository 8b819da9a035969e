import type { GetJobRequest, GetJobResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { JobFeed } from '../jobs/job-feed.ts';
import { jobNow } from '../jobs/job-now.ts';
import type { JobItemStore } from '../store/job-item-store.ts';
import type { JobStore } from '../store/job-store.ts';

const Request = z.object({ name: childName('jobs'), pageSize: pageSize(), pageToken: z.string() });
// A message has 4 MiB; the job itself has its share of it.
const MAX_ITEMS_BYTES = 2 * 1024 * 1024;

/** What the handler works with. */
export interface GetJobParts {
  readonly jobs: JobStore;
  readonly items: JobItemStore;
  readonly feed: JobFeed;
}

/** Reads one job, and a page of its items. */
export function getJob({ jobs, items, feed }: GetJobParts): Unary<GetJobRequest, GetJobResponse> {
  return async (request, { scope }) => {
    const { name, pageSize: size, pageToken } = parse(Request, request);
    const [after = '0'] = decodePageToken({ name }, pageToken) ?? [];
    const stored = await jobs.find(scope, name);
    if (!stored) throw reason('JOB_NOT_FOUND', { name }, { resource: { type: 'Job', name } });

    const page = await items.page(scope, name, BigInt(after), size, MAX_ITEMS_BYTES);

    const last = page.items.at(-1);
    const nextPageToken = page.isLast || !last ? '' : encodePageToken({ name }, [String(last.revision)]);
    return { job: jobNow(stored.job, feed), items: page.items.map(({ item }) => item), nextPageToken };
  };
}
