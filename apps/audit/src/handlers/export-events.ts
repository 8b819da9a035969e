import type { ExportEventsRequest, ExportEventsResponse } from '@weir/contracts/audit';
import { idIn, parse, tenantName, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import { matcher } from '../domain/event-filter.ts';
import { exportLines } from '../log/export.ts';
import type { Heads } from '../log/heads.ts';
import type { Prover } from '../log/prover.ts';
import type { LogStore } from '../store/log-store.ts';
import { treeSize } from './event-schema.ts';
import { filterSchema } from './filter-schema.ts';

const Request = z.object({
  tenant: tenantName(),
  filter: filterSchema,
  treeSize: treeSize(),
  startIndex: z.bigint().min(0n, 'must not be negative'),
});

/** Streams the matching events as JSON Lines, by ascending index, each with a proof that stands on its own. */
export function exportEvents(
  store: LogStore,
  heads: Heads,
  prover: Prover,
): ServerStream<ExportEventsRequest, ExportEventsResponse> {
  return async function* (request, { scope }) {
    const { tenant: name, filter, treeSize: wanted, startIndex: from } = parse(Request, request);

    const head = await heads.sign(scope, idIn(name, 'tenants'), wanted);

    const size = head.head.size;
    for await (const { lines, next } of exportLines(store, prover, { scope, head, from, matches: matcher(filter) })) {
      yield { lines, nextIndex: next, treeSize: size };
    }
  };
}
