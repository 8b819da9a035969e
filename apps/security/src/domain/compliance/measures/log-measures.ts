import { Outcome, type Retention } from '@weir/contracts/audit';
import { Sensitivity, sensitivityToJSON } from '@weir/contracts/options';
import type { ControlBasis } from './basis.ts';
import { caseFile, saysSilenced } from './case-file.ts';
import {
  CONFIGURATIONS,
  ENCRYPTION,
  IDENTITIES,
  KEEPING,
  LOG_READING,
  POLICIES,
  READS,
  RUNS,
  WRITES,
} from './event-types.ts';
import type { Measure, ProvenLogEvent } from './measure.ts';

const DAY_MS = 86_400_000;
const READING_MS = 120_000;

/** The log is derived anew from its stored bytes. */
export const logIntegrity: Measure = {
  measures: 'VerifyLog of the whole log up to the head, against the heads that security remembers',
  fails: 'VerifyLog names a first bad index, or the head does not continue the one remembered',
  types: [...LOG_READING, ...CONFIGURATIONS],
  begin({ verdict, tenant, asOf }) {
    const file = caseFile();
    file.counts(Number(verdict.checked + verdict.removed));
    file.measured({ metric: 'events_verified', value: Number(verdict.checked), unit: '1', expected: '>= 1' });
    if (verdict.problem !== undefined) {
      const resource = `tenants/${tenant}`;
      file.breaks({ resource, description: verdict.problem, occurredAt: asOf });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'events of the log',
          satisfied: 'events of the log verify up to its head',
          broken: 'findings: the log does not verify',
          nothing: 'The log is empty.',
        }),
    };
  },
};

const SENSITIVITIES = [Sensitivity.LOW, Sensitivity.MEDIUM, Sensitivity.HIGH, Sensitivity.CRITICAL];

/** Days that events of a sensitivity are kept; undefined: for ever. */
function daysKept({ rules, minimums }: Pick<Retention, 'rules' | 'minimums'>, sensitivity: Sensitivity) {
  const rule = rules.find((one) => one.sensitivity === sensitivity)?.days;
  const minimum = minimums.find((one) => one.sensitivity === sensitivity)?.days ?? 0;
  return rule === undefined ? undefined : Math.max(rule, minimum);
}

/** The retention in force in audit, and what it has removed. */
export const auditRetention: Measure = {
  measures: 'the retention in force in audit by sensitivity, and the certificates of what it removed',
  fails: 'events of a sensitivity are kept for fewer days than demanded, or were removed before their time',
  types: [...KEEPING, ...CONFIGURATIONS],
  begin({ retention, requirements, tenant, asOf }) {
    const file = caseFile();
    const wanted = Math.max(requirements.auditRetentionDays ?? 0, requirements.hotAuditRetentionDays ?? 0);
    for (const sensitivity of SENSITIVITIES) {
      file.counts();
      const kept = retention && daysKept(retention, sensitivity);
      const name = sensitivityToJSON(sensitivity).replace('SENSITIVITY_', '').toLowerCase();
      if (kept === undefined) continue;
      file.measured({ metric: `days_kept_${name}`, value: kept, unit: 'd', expected: `>= ${wanted}` });
      if (kept >= wanted) continue;
      const description = `events of sensitivity ${name} are kept for ${kept} days, ${wanted} are demanded`;
      file.breaks({ resource: `tenants/${tenant}/retention`, description, occurredAt: asOf });
    }
    return {
      take(proven) {
        file.proves(proven);
        const early = removedEarly(proven, wanted);
        if (early === undefined) return;
        const { resource, time } = proven.event;
        file.breaks({ resource, description: early, occurredAt: time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'sensitivities of events',
          satisfied: `sensitivities of events are kept for ${wanted} days or longer`,
          broken: 'sensitivities of events are kept too short, or removed too early',
          nothing: 'There is nothing to keep.',
        }),
    };
  },
};

function removedEarly({ event }: ProvenLogEvent, wanted: number): string | undefined {
  const { removedAt, lastTime, firstIndex, endIndex } = event.retentionCertificate ?? {};
  if (!removedAt || !lastTime) return undefined;
  const days = Math.floor((removedAt.getTime() - lastTime.getTime()) / DAY_MS);
  return days < wanted ? `events ${firstIndex} to ${endIndex} were removed after ${days} days` : undefined;
}

/** Every event says who did it. */
export const attribution: Measure = {
  measures:
    'events of changes, runs, reads and uses of keys since the framework was configured: who, what, when, outcome; and AUDIT_LOGGING of every service',
  fails: 'an event that succeeded names no principal, no time or no method, or AUDIT_LOGGING of a service is off',
  types: [...POLICIES, ...IDENTITIES, ...RUNS, ...WRITES, ...READS, ...ENCRYPTION, ...CONFIGURATIONS],
  begin({ since, switchedOff }) {
    const file = caseFile();
    saysSilenced(file, switchedOff);
    return {
      take(proven) {
        const { event } = proven;
        if (!event.time || event.time < since || event.outcome !== Outcome.SUCCEEDED) return;
        file.counts();
        file.proves(proven);
        const missing = [
          ...(event.principal === '' ? ['principal'] : []),
          ...(event.resource === '' ? ['resource'] : []),
        ];
        if (missing.length === 0) return;
        const description = `the ${event.type} names no ${missing.join(' and no ')}`;
        file.breaks({ resource: event.resource, description, occurredAt: event.time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'events that succeeded',
          satisfied: 'events that succeeded say who did what to which resource, and when',
          broken: 'events that succeeded do not say who did what to which resource',
          nothing: 'Nothing happened since the framework was configured.',
        }),
    };
  },
};

/** Reading the log leaves an event: known readings are looked for. */
export const logReadings: Measure = {
  measures: 'readings of the log for earlier assessments, each looked for in the log; and AUDIT_LOGGING of audit',
  fails: 'a reading that took place left no event, or AUDIT_LOGGING of audit is off',
  types: LOG_READING,
  begin({ readings, tenant, switchedOff }: ControlBasis) {
    const file = caseFile();
    saysSilenced(file, switchedOff, ['audit']);
    const found: number[] = [];
    return {
      take(proven) {
        if (proven.event.principal === 'principals/security') found.push(proven.event.time?.getTime() ?? 0);
        file.proves(proven);
      },
      finish() {
        for (const reading of readings) {
          file.counts();
          if (found.some((time) => Math.abs(time - reading.getTime()) < READING_MS)) continue;
          const description = 'the log was read for an assessment then, and no event says so';
          file.breaks({ resource: `tenants/${tenant}`, description, occurredAt: reading });
        }
        return file.close({
          population: 'readings of the log for assessments',
          satisfied: 'readings of the log for assessments left their events',
          broken: 'readings of the log left no event',
          nothing: 'This is the first assessment: no earlier reading of the log is known.',
        });
      },
    };
  },
};
