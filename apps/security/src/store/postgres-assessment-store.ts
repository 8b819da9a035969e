import { platformScope } from '@weir/context';
import { ComplianceAssessment } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import type { ExpressionBuilder, Transaction } from 'kysely';
import type { AssessmentRequest, AssessmentStore } from './assessment-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Assessments in PostgreSQL. */
export const postgresAssessmentStore = (database: Database<Schema>): AssessmentStore => ({
  find: (scope, tenant, id) => database.within(scope, (tx) => find(tx, tenant, id)),
  put: (scope, tenant, id, assessment) => database.within(scope, (tx) => put(tx, tenant, id, assessment)),
  times: (scope, tenant, from) =>
    database.within(scope, async (tx) => {
      const rows = await tx
        .selectFrom('assessments')
        .select('evaluated_at')
        .where('tenant', '=', tenant)
        .where('evaluated_at', '>=', from)
        .orderBy('evaluated_at')
        .execute();
      return rows.map(({ evaluated_at }) => evaluated_at);
    }),
  answered: (scope, request) =>
    database.within(scope, async (tx) => {
      const row = await tx
        .selectFrom('assessment_requests')
        .select(['request_digest', 'assessment'])
        .where(isOf(request))
        .executeTakeFirst();
      return row && { digest: row.request_digest, id: row.assessment };
    }),
  answer: (scope, { tenant, principal, requestId }, digest, id) =>
    database.within(scope, async (tx) => {
      await tx
        .insertInto('assessment_requests')
        .values({ tenant, principal, request_id: requestId, request_digest: digest, assessment: id })
        .onConflict((on) => on.doNothing())
        .execute();
    }),
  purge: (keptMs) =>
    database.within(platformScope(), async (tx) => {
      const before = new Date(Date.now() - keptMs);
      await tx.deleteFrom('assessment_requests').where('created_at', '<', before).execute();
    }),
});

async function put(
  tx: Tx,
  tenant: string,
  id: string,
  assessment: ComplianceAssessment,
): Promise<ComplianceAssessment> {
  const content = Buffer.from(ComplianceAssessment.encode(assessment).finish());
  await tx
    .insertInto('assessments')
    .values({ tenant, id, content, evaluated_at: assessment.evaluatedAt ?? new Date() })
    .onConflict((on) => on.doNothing())
    .execute();
  return (await find(tx, tenant, id)) ?? assessment;
}

async function find(tx: Tx, tenant: string, id: string): Promise<ComplianceAssessment | undefined> {
  const row = await tx
    .selectFrom('assessments')
    .select('content')
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && ComplianceAssessment.decode(row.content);
}

const isOf =
  ({ tenant, principal, requestId }: AssessmentRequest) =>
  (eb: ExpressionBuilder<Schema, 'assessment_requests'>) =>
    eb.and([eb('tenant', '=', tenant), eb('principal', '=', principal), eb('request_id', '=', requestId)]);
