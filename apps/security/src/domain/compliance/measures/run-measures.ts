import { Outcome } from '@weir/contracts/audit';
import { caseFile, saysSilenced } from './case-file.ts';
import { RUNS } from './event-types.ts';
import { succeeded, type Measure } from './measure.ts';

const PLATFORM_FAILURES: ReadonlySet<string> = new Set([
  'INTERNAL',
  'WORKER_CRASHED',
  'DATABASE_UNAVAILABLE',
  'DATABASE_FULL',
  'DEPENDENCY_UNAVAILABLE',
]);

/** Every processing is on record. */
export const recordsOfProcessing: Measure = {
  measures:
    'runs since the framework was configured: who, which dataset, what kind of processing, which component; and AUDIT_LOGGING of the agent',
  fails: 'the event of a run that succeeded lacks one of these, or AUDIT_LOGGING of the agent is off',
  types: RUNS,
  begin({ since, switchedOff }) {
    const file = caseFile();
    saysSilenced(file, switchedOff, ['agent']);
    return {
      take(proven) {
        if (!succeeded(proven, since)) return;
        file.counts();
        file.proves(proven);
        const { principal, dataset, processingType, agent, resource, type, time } = proven.event;
        // The items of a batch have their own events; the batch names what they have in common.
        const needed =
          type === 'batch_processing_request' ? { principal } : { principal, dataset, processingType, agent };
        const missing = Object.entries(needed).flatMap(([name, value]) => (value === '' ? [name] : []));
        if (missing.length === 0) return;
        const description = `the record of the run lacks ${missing.join(', ')}`;
        file.breaks({ resource, description, occurredAt: time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'runs that succeeded',
          satisfied: 'runs that succeeded are on record with principal, dataset, kind and component',
          broken: 'runs that succeeded are not fully on record',
          nothing: 'Nothing was processed since the framework was configured.',
        }),
    };
  },
};

/** What is accepted is done: the platform itself does not lose it. */
export const availability: Measure = {
  measures: 'runs since the framework was configured, and why those that failed did',
  fails: 'a run failed because of the platform, and not because of its data or its caller',
  types: RUNS,
  begin({ since }) {
    const file = caseFile();
    return {
      take(proven) {
        const { outcome, time, errorReason, resource } = proven.event;
        if (!time || time < since || outcome === Outcome.REFUSED) return;
        file.counts();
        file.proves(proven);
        if (outcome !== Outcome.FAILED || !PLATFORM_FAILURES.has(errorReason)) return;
        const description = `the run failed with ${errorReason}`;
        file.breaks({ resource, description, occurredAt: time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'runs that were accepted',
          satisfied: 'runs that were accepted met no failure of the platform',
          broken: 'runs that were accepted failed because of the platform',
          nothing: 'Nothing was processed since the framework was configured.',
        }),
    };
  },
};
