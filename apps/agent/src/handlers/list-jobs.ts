import { JobState, type ListJobsRequest, type ListJobsResponse } from '@weir/contracts/agent';
import {
  childName,
  componentName,
  decodePageToken,
  encodePageToken,
  enumValue,
  idIn,
  pageSize,
  parse,
  tenantName,
  text,
  type Unary,
} from '@weir/rpc';
import { z } from 'zod';
import type { JobStore } from '../store/job-store.ts';

const Request = z.object({
  parent: tenantName(),
  pageSize: pageSize(),
  pageToken: z.string(),
  states: z.array(enumValue(JobState)),
  component: z.union([z.literal(''), componentName()], 'must be "components/<id>"'),
  dataset: z.union([z.literal(''), childName('datasets')], 'must be "tenants/<id>/datasets/<id>"'),
  submittedBy: text(0, 256),
  createdFrom: z.date().optional(),
  createdUntil: z.date().optional(),
});

/** Lists jobs, newest first. */
export function listJobs(jobs: JobStore): Unary<ListJobsRequest, ListJobsResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: size, pageToken, createdFrom, createdUntil, ...rest } = parse(Request, request);
    const filter = { ...rest, tenant: idIn(parent, 'tenants'), createdFrom, createdUntil };
    const [before] = decodePageToken(filter, pageToken) ?? [];

    const page = await jobs.list(scope, filter, before === undefined ? undefined : BigInt(before), size + 1);

    const found = page.jobs.slice(0, size);
    const isLast = page.jobs.length <= size;
    return { jobs: found, nextPageToken: isLast ? '' : encodePageToken(filter, [String(page.last + 1n)]) };
  };
}
