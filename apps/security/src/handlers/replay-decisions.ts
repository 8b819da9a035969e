import type { Scope } from '@weir/context';
import type { Policy, ReplayDecisionsRequest, ReplayDecisionsResponse, ReplaySummary } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { decodePageToken, encodePageToken, parse, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import type { PolicySets } from '../access/policy-sets.ts';
import type { TenantDemands } from '../compliance/tenant-demands.ts';
import { replay, type Replayed } from '../access/replay.ts';
import { claimsOf, repeatedClaims, type PolicyContent } from '../domain/access/policy-content.ts';
import { policySet } from '../domain/access/policy-set.ts';
import { requireSafe } from '../domain/privacy/custom-recognizer.ts';
import { tenantIn } from '../domain/principal.ts';
import type { DecisionCursor, DecisionStore } from '../store/decision-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { operationPattern, policyField, policyName } from './policy-fields.ts';
import { tenantField } from './question-fields.ts';

const PROGRESS_MS = 1_000;
const MAX_DIFFERENCES = 100_000;

const Request = z
  .object({
    tenant: tenantField(),
    putPolicies: z.array(policyField()).max(1_000, 'must have at most 1,000'),
    deletePolicies: z.array(policyName()).max(10_000, 'must have at most 10,000'),
    startTime: z.date().optional(),
    endTime: z.date().optional(),
    principal: z.string().max(200, 'must have at most 200 characters'),
    operation: z.literal('').or(operationPattern()),
    maxDifferences: z
      .int()
      .min(0, 'must not be negative')
      .max(MAX_DIFFERENCES, 'must be at most 100,000')
      .transform((count) => count || 1_000),
    resumeToken: z.string(),
  })
  .superRefine(({ tenant, putPolicies, deletePolicies }, context) => {
    const named = [
      ...putPolicies.map(({ name }, index) => [name, ['putPolicies', index, 'name']] as const),
      ...deletePolicies.map((name, index) => [name, ['deletePolicies', index]] as const),
    ];
    for (const [name, path] of named) {
      if (name.startsWith(`${tenant}/`)) continue;
      context.addIssue({ code: 'custom', path: [...path], message: 'must be a policy of the tenant' });
    }
  });

type Asked = z.output<typeof Request>;

/** What ReplayDecisions works with. */
export interface ReplayParts {
  readonly policies: PolicyStore;
  readonly sets: PolicySets;
  readonly decisions: DecisionStore;
  readonly demandsOf: TenantDemands;
}

/** Where a replay began, and how far it has come. */
interface Place {
  readonly revision: bigint;
  readonly before: Date;
  readonly after: DecisionCursor | undefined;
}

/** Decides recorded questions again by proposed policies, and streams what would have come out differently. */
export function replayDecisions(parts: ReplayParts): ServerStream<ReplayDecisionsRequest, ReplayDecisionsResponse> {
  return async function* (request, context) {
    const asked = parse(Request, request);
    const tenant = tenantIn(asked.tenant);
    const place = (await placeIn(parts, context.scope, asked)) satisfies Place;
    const policies = await proposal(parts, tenant, asked, place.revision);
    const filter = { from: asked.startTime, before: place.before, principal: asked.principal };
    const estimatedCount = await parts.decisions.count(context.scope, tenant, filter, place.after);
    const demands = await parts.demandsOf(tenant, place.revision);
    const plan = {
      scope: context.scope,
      tenant,
      filter,
      operation: asked.operation,
      policies,
      demands,
      after: place.after,
    };

    const tally = newTally(place.revision, asked.maxDifferences);
    let toldAt = performance.now();
    for await (const page of replay(parts.decisions, plan)) {
      for (const one of page) {
        const part = tally.take(one);
        if (part) yield { part, resumeToken: tokenOf(asked, { ...place, after: one.cursor }) };
      }
      const last = page.at(-1);
      if (!last || performance.now() - toldAt < PROGRESS_MS) continue;
      toldAt = performance.now();
      const value = { replayedCount: tally.summary().replayedCount, estimatedCount };
      yield { part: { $case: 'progress', value }, resumeToken: tokenOf(asked, { ...place, after: last.cursor }) };
    }

    const summary = tally.summary();
    context.audit({ details: { replayed: Number(summary.replayedCount), differences: tally.differences() } });
    yield { part: { $case: 'summary', value: summary }, resumeToken: '' };
  };
}

/** Counts what is replayed, and lets as many differences through as were asked for. */
function newTally(policyRevision: bigint, maxDifferences: number) {
  const counts = { none: 0n, newly_denied: 0n, newly_allowed: 0n, obligations: 0n };
  let differences = 0;
  return {
    differences: () => differences,
    take({ change, difference }: Replayed): ReplayDecisionsResponse['part'] {
      counts[change] += 1n;
      if (!difference) return undefined;
      differences += 1;
      return differences <= maxDifferences ? { $case: 'difference', value: difference } : undefined;
    },
    summary: (): ReplaySummary => ({
      replayedCount: counts.none + counts.newly_denied + counts.newly_allowed + counts.obligations,
      newlyDeniedCount: counts.newly_denied,
      newlyAllowedCount: counts.newly_allowed,
      obligationsChangedCount: counts.obligations,
      differencesTruncated: differences > maxDifferences,
      policyRevision,
    }),
  };
}

/** The tenant's policies at a revision, with those that are proposed in place of theirs. */
async function proposal(
  { sets }: ReplayParts,
  tenant: string,
  { putPolicies, deletePolicies }: Asked,
  revision: bigint,
) {
  const { policies: present } = await sets.asOf(tenant, revision);
  const names = new Set(present.map(({ name }) => name));
  const unknown = deletePolicies.find((name) => !names.has(name));
  if (unknown !== undefined) throw reason('POLICY_NOT_FOUND', { name: unknown });
  putPolicies.forEach(({ anonymization }) => requireSafe(anonymization?.customRecognizers ?? []));

  const gone = new Set([...deletePolicies, ...putPolicies.map(({ name }) => name)]);
  const policies = [...present.filter(({ name }) => !gone.has(name)), ...putPolicies.map(asPolicy)];
  const twice = repeatedClaims(policies.flatMap(claimsOf));
  if (twice.length > 0) throw reason('RULE_CONFLICT', { claims: twice.slice(0, 10).join(', ') });
  return policySet(revision, policies);
}

const asPolicy = (content: PolicyContent): Policy => ({
  ...content,
  revision: 0n,
  etag: '',
  createdAt: undefined,
  updatedAt: undefined,
  updatedBy: '',
});

async function placeIn({ policies }: ReplayParts, scope: Scope, asked: Asked): Promise<Place> {
  const [revision, before, decidedAt, id] = decodePageToken(queryOf(asked), asked.resumeToken) ?? [];
  if (revision === undefined || before === undefined) {
    const present = await policies.revision(scope, tenantIn(asked.tenant));
    return { revision: present, before: asked.endTime ?? new Date(), after: undefined };
  }
  const after = decidedAt !== undefined && id !== undefined ? { decidedAt: new Date(decidedAt), id } : undefined;
  return { revision: BigInt(revision), before: new Date(before), after };
}

const tokenOf = (asked: Asked, { revision, before, after }: Place): string =>
  encodePageToken(queryOf(asked), [
    String(revision),
    before.toISOString(),
    ...(after ? [after.decidedAt.toISOString(), after.id] : []),
  ]);

const queryOf = (asked: Asked): unknown => ['ReplayDecisions', { ...asked, resumeToken: '' }];
