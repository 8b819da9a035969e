import { BreachClockState, type ProcessorAgreement } from '@weir/contracts/security';
import type { ControlBasis } from './basis.ts';
import { caseFile } from './case-file.ts';
import { CONFIGURATIONS, INCIDENTS } from './event-types.ts';
import type { Finding, Measure } from './measure.ts';

/** Nobody can read along. */
export const transmission: Measure = {
  measures: 'the ports of all services, spoken to without TLS',
  fails: 'a port that other machines can reach answers in clear',
  types: CONFIGURATIONS,
  begin({ transports, asOf }) {
    const file = caseFile();
    for (const { service, address, isLoopback, inClear } of transports) {
      if (inClear === 'unreachable') continue;
      file.counts();
      if (isLoopback || inClear === 'refused') continue;
      const description = `${service} at ${address} answers without TLS`;
      file.breaks({ resource: service, description, occurredAt: asOf });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'ports of services',
          satisfied: 'ports of services demand TLS, or can be reached on their own machine only',
          broken: 'ports of services answer in clear to other machines',
          nothing: 'No port could be reached.',
        }),
    };
  },
};

/** Breaches are notified in time. */
export const breachNotification = (isOwn: 'of the framework' | 'of any framework'): Measure => ({
  measures: `the breach clocks ${isOwn} that were running in the period`,
  fails: 'a clock ran out without a notification, or the notification came late',
  types: INCIDENTS,
  begin({ clocks, config, periodStart, asOf }) {
    const file = caseFile();
    const own = clocks.filter(({ framework }) => isOwn === 'of any framework' || framework === config.framework);
    for (const clock of own.filter(({ notifiedAt }) => !notifiedAt || notifiedAt >= periodStart)) {
      if (clock.state === BreachClockState.DISMISSED) continue;
      file.counts();
      const at = clock.notifiedAt ?? asOf;
      if (at <= clock.notifyBy) continue;
      const late = `${Math.ceil((at.getTime() - clock.notifyBy.getTime()) / 3_600_000)} hours after its time`;
      const description = clock.notifiedAt ? `the notification came ${late}` : `no notification ${late}`;
      file.breaks({ resource: clock.name, description, occurredAt: clock.notifyBy });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'incidents that had to be notified',
          satisfied: 'incidents that had to be notified are notified, or have time left',
          broken: 'incidents were not notified in time',
          nothing: 'No incident had to be notified in the period.',
        }),
    };
  },
});

/** Who processes for the tenant has a contract. */
export const agreements: Measure = {
  measures: 'the agreements with processors in the configuration of the framework',
  fails: 'an agreement has expired, does not hold yet, or names no document',
  types: CONFIGURATIONS,
  begin({ config, asOf }) {
    const file = caseFile();
    for (const { processor, reference, effectiveAt, expiresAt } of agreementsOf(config.parameters)) {
      file.counts();
      const problem = problemOf({ processor, reference, effectiveAt, expiresAt }, asOf);
      if (problem !== undefined)
        file.breaks({ resource: processor, description: problem, occurredAt: expiresAt ?? asOf });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'agreements with processors',
          satisfied: 'agreements with processors hold, and name their document',
          broken: 'agreements with processors do not hold',
          nothing: 'No agreement is recorded; whether anyone processes data for the tenant needs a person.',
        }),
    };
  },
};

function agreementsOf({ $case, value }: ControlBasis['config']['parameters']): readonly ProcessorAgreement[] {
  if ($case === 'gdpr') return value.processorAgreements;
  return $case === 'hipaa' ? value.businessAssociateAgreements : [];
}

function problemOf({ reference, effectiveAt, expiresAt }: ProcessorAgreement, asOf: Date): string | undefined {
  if (expiresAt && expiresAt <= asOf) return 'the agreement has expired';
  if (!effectiveAt || effectiveAt > asOf) return 'the agreement does not hold yet';
  return reference === '' ? 'the agreement names no document' : undefined;
}

/** Where an impact assessment is required there is one. */
export const impactAssessment: Measure = {
  measures: 'whether the impact assessment that the configuration requires has a document and an approval',
  fails: 'one is required, and it has no document or no approval',
  types: CONFIGURATIONS,
  begin({ config: { parameters }, asOf, tenant }) {
    const file = caseFile();
    if (parameters.$case === 'gdpr' && parameters.value.dpiaRequired) {
      file.counts();
      const { dpiaReference, dpiaApprovedAt } = parameters.value;
      const isApproved = dpiaReference !== '' && dpiaApprovedAt !== undefined && dpiaApprovedAt <= asOf;
      const description = 'an impact assessment is required, and none is approved';
      if (!isApproved) file.breaks({ resource: `tenants/${tenant}/frameworks/gdpr`, description, occurredAt: asOf });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'impact assessments required',
          satisfied: 'impact assessments required are approved',
          broken: 'impact assessments required are not approved',
          nothing: 'The configuration requires none; whether that is right needs a person.',
        }),
    };
  },
};

/** What no machine can tell. */
export const byPerson = (missing: (basis: ControlBasis) => string): Measure => ({
  measures: 'nothing: it needs a person',
  fails: 'never: it is not measurable',
  types: [],
  begin: (basis) => ({ take: () => undefined, finish: (): Finding => notMeasurable(missing(basis)) }),
});

const notMeasurable = (reason: string): Finding => ({
  outcome: 'not measurable',
  reason,
  populationDescription: '',
  population: 0n,
  examined: 0n,
  exceptionCount: 0n,
  exceptions: [],
  measurements: [],
  evidence: [],
});
