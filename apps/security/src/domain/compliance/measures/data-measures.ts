import { Outcome } from '@weir/contracts/audit';
import { caseFile } from './case-file.ts';
import { ENCRYPTION, ERASURES, KEYS, PRIVACY, REMOVALS, RUNS, WRITES } from './event-types.ts';
import { succeeded, type Measure, type ProvenLogEvent } from './measure.ts';

const DAY_MS = 86_400_000;
/** Reasons with which something was stopped because personal data was still in it. */
export const PII_LEAKS: ReadonlySet<string> = new Set(['PII_REMAINS', 'PII_LEAK']);

const isIn = (types: readonly string[], { event }: ProvenLogEvent): boolean => types.includes(event.type);

/** What is stored is encrypted. */
export const encryptionAtRest: Measure = {
  measures:
    'uploads, and runs with outputs, since the framework was configured: whether what they stored is encrypted; and DATA_ENCRYPTION',
  fails: 'a dataset was stored without encryption, or DATA_ENCRYPTION is off',
  types: [...WRITES, ...RUNS, ...ENCRYPTION, ...KEYS],
  begin({ since, switchedOff, asOf }) {
    const file = caseFile();
    if (switchedOff.encryption) file.isOff('DATA_ENCRYPTION', 'no decision obliges to encrypt', asOf);
    return {
      take(proven) {
        if (!succeeded(proven, since)) return;
        file.proves(proven);
        const { details, dataset, resource, time } = proven.event;
        const isRun = isIn(RUNS, proven);
        if (!isIn(WRITES, proven) && !(isRun && Number(details?.['outputs'] ?? 0) > 0)) return;
        file.counts();
        if (details?.['encrypted'] === true) return;
        const description = isRun ? 'its outputs are stored without encryption' : 'it is stored without encryption';
        file.breaks({
          resource: isRun ? resource : dataset || resource,
          description,
          occurredAt: time,
          shownBy: proven,
        });
      },
      finish: () =>
        file.close({
          population: 'uploads, and runs with outputs',
          satisfied: 'uploads, and runs with outputs, stored what they did encrypted',
          broken: 'uploads, and runs with outputs, stored something without encryption',
          nothing: 'No dataset was stored since the framework was configured.',
        }),
    };
  },
};

/** Keys are changed in time. */
export const keyRotation: Measure = {
  measures: 'the age of the primary version of every key of the tenant',
  fails: 'a primary version is older than the cryptoperiod',
  types: KEYS,
  begin({ keys, requirements, asOf }) {
    const file = caseFile();
    const days = requirements.cryptoperiodDays ?? 365;
    const ageOf = (since: Date): number => Math.max(0, (asOf.getTime() - since.getTime()) / DAY_MS);
    for (const { name, primaryVersion, since } of keys) {
      file.counts();
      if (ageOf(since) <= days) continue;
      const description = `version ${primaryVersion} encrypts for ${Math.floor(ageOf(since))} days, ${days} are allowed`;
      file.breaks({ resource: name, description, occurredAt: new Date(since.getTime() + days * DAY_MS) });
    }
    const oldest = Math.max(0, ...keys.map(({ since }) => ageOf(since)));
    const value = Math.round(oldest * 100) / 100;
    if (keys.length > 0) {
      file.measured({ metric: 'oldest_primary_key_version_age', value, unit: 'd', expected: `<= ${days}` });
    }
    return {
      take: (proven) => file.proves(proven),
      finish: () =>
        file.close({
          population: 'keys',
          satisfied: `keys have a primary version of at most ${days} days`,
          broken: 'keys have a primary version that is too old',
          nothing: 'The tenant has no key.',
        }),
    };
  },
};

/** Personal data is anonymised where it must be. */
export const anonymization: Measure = {
  measures:
    'runs in which personal data was found and anonymisations, since the framework was configured; and PII_DETECTION',
  fails:
    'personal data was found in a run that did not anonymise it, or was left in an output, or PII_DETECTION is off',
  types: [...RUNS, ...PRIVACY],
  begin({ since, switchedOff, asOf }) {
    const file = caseFile();
    if (switchedOff.piiDetection) file.isOff('PII_DETECTION', 'no decision obliges to look for personal data', asOf);
    return {
      take(proven) {
        const { type, outcome, complianceFlags: flags, errorReason, resource, time } = proven.event;
        if (!time || time < since) return;
        const isLeak = PII_LEAKS.has(errorReason);
        const isFound =
          outcome === Outcome.SUCCEEDED && (flags.includes('pii_detected') || type === 'data_anonymization');
        if (!isLeak && !isFound) return;
        file.counts();
        file.proves(proven);
        const isOpen = RUNS.includes(type) && !flags.includes('pii_anonymized');
        if (!isLeak && !isOpen) return;
        const description = isLeak
          ? 'personal data was left in an output'
          : 'personal data was found and not anonymised';
        file.breaks({ resource, description, occurredAt: time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'runs with personal data, and anonymisations',
          satisfied: 'runs with personal data, and anonymisations, left none of it',
          broken: 'runs with personal data, and anonymisations, left some of it',
          nothing: 'No personal data was found since the framework was configured.',
        }),
    };
  },
};

/** Personal data is not kept for longer than it may be. */
export const storageLimitation: Measure = {
  measures: 'datasets stored in the period, and whether those past their time were removed',
  fails: 'a dataset is older than the retention of personal data and was not removed',
  types: [...WRITES, ...REMOVALS],
  begin({ requirements, asOf }) {
    const file = caseFile();
    const days = requirements.personalDataRetentionDays ?? 365;
    const stored = new Map<string, ProvenLogEvent>();
    return {
      take(proven) {
        if (proven.event.outcome !== Outcome.SUCCEEDED) return;
        const name = proven.event.dataset || proven.event.resource;
        file.proves(proven);
        if (isIn(WRITES, proven)) {
          file.counts();
          stored.set(name, proven);
        } else stored.delete(name);
      },
      finish() {
        for (const [resource, shownBy] of stored) {
          const { time } = shownBy.event;
          const age = time ? (asOf.getTime() - time.getTime()) / DAY_MS : 0;
          if (age <= days) continue;
          const description = `it was stored ${Math.floor(age)} days ago and not removed, ${days} are allowed`;
          file.breaks({ resource, description, occurredAt: time, shownBy });
        }
        return file.close({
          population: 'datasets stored in the period',
          satisfied: `datasets stored in the period are younger than ${days} days, or gone`,
          broken: 'datasets stored in the period are past their time',
          nothing: 'No dataset was stored in the period.',
        });
      },
    };
  },
};

/** Who asks to be forgotten is. */
export const erasure: Measure = {
  measures: 'erasures in the period, and whether a key of the person is left that is older',
  fails: 'an erasure failed, or a key of an erased person still exists',
  types: ERASURES,
  begin({ unerased }) {
    const file = caseFile();
    const left = new Set(unerased);
    return {
      take(proven) {
        const { outcome, details, resource, errorReason, time } = proven.event;
        if (outcome === Outcome.REFUSED || details?.['validate_only'] === true) return;
        file.counts();
        file.proves(proven);
        const isLeft = left.has(String(details?.['subject_hash']));
        if (outcome === Outcome.SUCCEEDED && !isLeft) return;
        const description = isLeft ? 'a key of the person is left' : `the erasure failed with ${errorReason}`;
        file.breaks({ resource, description, occurredAt: time, shownBy: proven });
      },
      finish: () =>
        file.close({
          population: 'erasures',
          satisfied: 'erasures destroyed every key of the person',
          broken: 'erasures left something readable',
          nothing: 'Nobody asked to be forgotten in the period.',
        }),
    };
  },
};
