import { ReportKind, type GenerateReportRequest, type GenerateReportResponse } from '@weir/contracts/audit';
import { enumValue, idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { AuditLog } from '../log/audit-log.ts';
import { buildReport } from '../log/report.ts';
import { treeSize } from './event-schema.ts';

const time = () => z.date({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a time') });

const Request = z
  .object({
    tenant: tenantName(),
    kind: enumValue(ReportKind),
    startTime: time(),
    endTime: time(),
    treeSize: treeSize(),
    evidencePerSection: z.number().min(0, 'must be 0 to 20').max(20, 'must be 0 to 20').default(5),
  })
  .refine(({ startTime, endTime }) => startTime < endTime, { path: ['endTime'], message: 'must be after start_time' });

type Parts = Pick<AuditLog, 'store' | 'removals' | 'retentions' | 'heads' | 'prover'>;

/** Builds a report for one framework, or of coverage, and one period from the events of a tenant. */
export function generateReport(parts: Parts): Unary<GenerateReportRequest, GenerateReportResponse> {
  return async (request, context) => {
    const { tenant, treeSize: wanted, ...order } = parse(Request, request);

    const { scope } = context;
    const head = await parts.heads.sign(scope, idIn(tenant, 'tenants'), wanted);
    const report = await buildReport(parts, { scope, head, ...order });

    context.audit({
      details: { kind: order.kind, tree_size: String(head.head.size), events: String(report.eventCount) },
    });
    return { report };
  };
}
