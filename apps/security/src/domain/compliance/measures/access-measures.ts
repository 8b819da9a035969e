import { Outcome } from '@weir/contracts/audit';
import { AccessEffect, Staleness, type StaleGrant } from '@weir/contracts/security';
import { nameOf } from '../../access/stale-grants.ts';
import { caseFile } from './case-file.ts';
import { DECISIONS, IDENTITIES, POLICIES, READS, REVIEWS, RUNS } from './event-types.ts';
import type { Measure } from './measure.ts';

const DAY_MS = 86_400_000;
const DEFAULT_REVIEW_DAYS = 90;

/** Data is only touched where a policy decided. */
export const governedAccess: Measure = {
  measures:
    'the policies in force, and runs and reads since the framework was configured with the policy that decided them',
  fails: 'no policy allows anything, so nobody has defined access; or a run or read was decided by no policy',
  types: [...RUNS, ...READS, ...DECISIONS, ...POLICIES],
  begin({ policies, since, tenant, asOf }) {
    const file = caseFile();
    const allowing = policies.filter(({ accessControls }) =>
      accessControls.some(({ effect }) => effect === AccessEffect.ALLOW),
    );
    file.counts(Math.max(allowing.length, 1));
    if (allowing.length === 0) {
      file.breaks({
        resource: `tenants/${tenant}`,
        description: 'no policy defines who may do what',
        occurredAt: asOf,
      });
    }
    const governed = new Set([...RUNS, ...READS]);
    return {
      take(proven) {
        const { event } = proven;
        if (!event.time || event.time < since) return;
        file.proves(proven);
        if (!governed.has(event.type) || event.outcome !== Outcome.SUCCEEDED) return;
        file.counts();
        if (event.policyRevision > 0n) return;
        const description = `the ${event.type} was decided by no policy`;
        file.breaks({ resource: event.resource, description, occurredAt: event.time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'policies that allow something, and runs and reads of data',
          satisfied: 'policies, runs and reads of data are under defined access',
          broken: 'policies, runs and reads of data are not under defined access',
          nothing: 'There is neither a policy nor a run.',
        }),
    };
  },
};

/** Rights are reviewed in time. */
export const accessReview: Measure = {
  measures: 'the time since access rights were last reviewed (ListStaleGrants, read to its end)',
  fails: 'the review is overdue',
  types: REVIEWS,
  begin({ reviewedAt, since, requirements, tenant, asOf }) {
    const file = caseFile();
    const days = requirements.accessReviewDays ?? DEFAULT_REVIEW_DAYS;
    const from = reviewedAt ?? since;
    const age = Math.max(0, (asOf.getTime() - from.getTime()) / DAY_MS);
    const isOverdue = age > days;
    if (reviewedAt !== undefined || isOverdue) {
      file.counts();
      const value = Math.round(age * 100) / 100;
      file.measured({ metric: 'days_since_access_review', value, unit: 'd', expected: `<= ${days}` });
    }
    if (isOverdue) {
      const what = reviewedAt
        ? 'the last review of access rights was'
        : 'access rights were never reviewed, and were due';
      const description = `${what} ${Math.floor(age)} days ago, ${days} are allowed`;
      file.breaks({ resource: `tenants/${tenant}`, description, occurredAt: new Date(from.getTime() + days * DAY_MS) });
    }
    return {
      take(proven) {
        if (proven.event.details?.['reviewed'] === true) file.proves(proven);
      },
      finish: () =>
        file.close({
          population: 'review periods',
          satisfied: `review periods: access rights were reviewed within ${days} days`,
          broken: 'review periods: the review is overdue',
          nothing: `Access rights were not reviewed yet; the first review is due within ${days} days of the configuration.`,
        }),
    };
  },
};

const WHY: Readonly<Partial<Record<Staleness, string>>> = {
  [Staleness.EXPIRED]: 'has expired and is still there',
  [Staleness.PRINCIPAL_DISABLED]: 'belongs to a principal that is disabled',
  [Staleness.UNUSED]: 'was not used within the review period',
  [Staleness.NEVER_USED]: 'was never used within the review period',
};

/** Rights that nobody needs are taken away. */
export const neededAccess: Measure = {
  measures: 'every right that a policy or a role grants, and when it was last used',
  fails: 'a right has expired, belongs to a disabled principal, or went unused for the review period',
  types: [...POLICIES, ...IDENTITIES, ...REVIEWS],
  begin({ grantCount, staleGrants, requirements, asOf }) {
    const file = caseFile();
    const days = requirements.accessReviewDays ?? DEFAULT_REVIEW_DAYS;
    file.counts(grantCount);
    for (const grant of staleGrants.get(days) ?? []) {
      const description = `the right ${nameOf(grant)} ${WHY[grant.staleness] ?? 'is not needed'}`;
      file.breaks({
        resource: resourceOf(grant),
        description,
        occurredAt: grant.expiresAt ?? grant.lastUsedAt ?? asOf,
      });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'rights that policies and roles grant',
          satisfied: 'rights that policies and roles grant are in use by those who have them',
          broken: 'rights are no longer needed and still there',
          nothing: 'Nobody has any right.',
        }),
    };
  },
};

const resourceOf = ({ grant }: StaleGrant): string =>
  grant?.$case === 'control' ? (grant.value.control?.policy ?? '') : (grant?.value.principal ?? '');
