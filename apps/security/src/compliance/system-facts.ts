import { logVerdict } from '@weir/client';
import type { Scope } from '@weir/context';
import { AccessEffect, type Policy } from '@weir/contracts/security';
import type { AccessReview } from '../access/access-review.ts';
import type { Waived } from '../domain/access/obligations.ts';
import type { GrantHolder } from '../domain/access/stale-grants.ts';
import { clockName, clockState } from '../domain/compliance/breach-clock.ts';
import type { ClockFacts, SwitchedOff, SystemFacts, Transport } from '../domain/compliance/measures/basis.ts';
import type { AssessmentStore } from '../store/assessment-store.ts';
import type { BreachClockStore } from '../store/breach-clock-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import type { PlatformWatchStore } from '../store/platform-watch-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import type { SystemFactsStore } from '../store/system-facts-store.ts';
import type { AuditAccess } from './audit-access.ts';
import type { KnownHead } from './log-heads.ts';
import { askAudit } from './proven-log.ts';

/** What the facts are read from. */
export interface SystemFactsParts {
  readonly policies: PolicyStore;
  readonly principals: PrincipalStore;
  readonly review: AccessReview;
  readonly systemFacts: SystemFactsStore;
  readonly assessments: AssessmentStore;
  readonly clocks: BreachClockStore;
  readonly audit: AuditAccess;
  readonly platform: Pick<PlatformWatchStore, 'silenced'>;
  /** What the settings of this service waive. */
  readonly waived: Waived;
  /** How the services answer on their ports. */
  readonly transports: () => Promise<readonly Transport[]>;
}

/** What is to be measured. */
export interface FactsQuestion {
  readonly scope: Scope;
  readonly tenant: string;
  readonly head: KnownHead;
  readonly asOf: Date;
  readonly periodStart: Date;
  readonly reviewedAt: Date | undefined;
  readonly switchedOff: SwitchedOff;
  /** The review periods that frameworks set, in days. */
  readonly reviewDays: ReadonlySet<number>;
}

const DAY_MS = 86_400_000;

/** Reads everything that controls measure besides the log. */
export async function readSystemFacts(parts: SystemFactsParts, question: FactsQuestion): Promise<SystemFacts> {
  const { scope, tenant, asOf, periodStart, reviewedAt, reviewDays } = question;
  const { put: policies } = await parts.policies.changes(scope, tenant, 0n);
  const holders = await parts.principals.grantHolders(scope, tenant);
  const staleGrants = new Map<number, Awaited<ReturnType<AccessReview['staleGrants']>>>();
  for (const days of reviewDays) staleGrants.set(days, await parts.review.staleGrants(scope, tenant, days * DAY_MS));
  const clocks = await parts.clocks.all(scope, tenant);
  return {
    tenant,
    asOf,
    periodStart,
    policies,
    grantCount: grantsIn(policies, holders),
    staleGrants,
    reviewedAt,
    keys: await parts.systemFacts.keys(scope, tenant),
    clocks: clocks.map((clock): ClockFacts => ({ ...clock, name: clockName(clock), state: clockState(clock, asOf) })),
    retention: await retentionOf(parts.audit, tenant),
    verdict: await verdictOf(parts.audit, tenant, question.head),
    transports: await parts.transports(),
    readings: await parts.assessments.times(scope, tenant, periodStart),
    switchedOff: question.switchedOff,
    unerased: await parts.systemFacts.unerased(scope, tenant),
  };
}

/** What is turned off for everybody, as far as this service knows. */
export async function switchedOffNow({ platform, waived }: SystemFactsParts): Promise<SwitchedOff> {
  const silenced = await platform.silenced();
  return { ...waived, silenced: silenced.map(({ service, since }) => ({ service, since })) };
}

/** As many as a review could list: a control for each principal that it names, and every role. */
function grantsIn(policies: readonly Policy[], holders: readonly GrantHolder[]): number {
  const controls = policies.flatMap(({ accessControls }) =>
    accessControls.filter(({ effect }) => effect === AccessEffect.ALLOW),
  );
  const named = controls.map(({ principals }) => Math.max(1, principals.filter((name) => name !== '*').length));
  return named.reduce((sum, count) => sum + count, 0) + holders.reduce((sum, { roles }) => sum + roles.length, 0);
}

/** Audit shows the retention in force to who would change it. */
async function retentionOf(audit: AuditAccess, tenant: string) {
  const request = { tenant: `tenants/${tenant}`, retention: {}, validateOnly: true };
  const { previous } = await askAudit(tenant, () => audit.putRetention(request));
  return previous;
}

async function verdictOf(audit: AuditAccess, tenant: string, { size, note, problem }: KnownHead) {
  const request = { tenant: `tenants/${tenant}`, treeSize: size, knownCheckpoints: [note] };
  const { verdict, checkedEventCount, removedEventCount } = await askAudit(tenant, () =>
    logVerdict(audit.verifyLog(request)),
  );
  const fault = verdict.$case === 'inconsistent' ? verdict.value : undefined;
  const found = fault && `VerifyLog: first bad index ${fault.firstBadIndex}, ${fault.description}`;
  return { checked: checkedEventCount, removed: removedEventCount, problem: found ?? problem };
}
