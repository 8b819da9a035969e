import { NO_DEMANDS, type Demands } from '../access/obligations.ts';
import { frameworkLabel } from './frameworks.ts';
import { mergeRequirements, type Demanding } from './merge.ts';

/** What active frameworks make of every decision of a tenant. */
export function demandsOf(all: readonly Demanding[]): Demands {
  if (all.length === 0) return NO_DEMANDS;
  const merged = mergeRequirements(all);
  const demanding = (asks: (one: Demanding) => boolean): string[] =>
    all.filter(asks).map(({ framework }) => frameworkLabel(framework));
  return {
    encrypt: demanding(({ requirements }) => requirements.encryptionRequired),
    anonymize: {
      sources: demanding(({ requirements }) => requirements.anonymizations.length > 0),
      rules: merged.anonymizations.flatMap(({ rule }) => rule ?? []),
    },
    retain: {
      sources: demanding(
        ({ requirements: { auditRetentionDays, personalDataRetentionDays } }) =>
          auditRetentionDays !== undefined || personalDataRetentionDays !== undefined,
      ),
      auditDays: merged.auditRetentionDays ?? 0,
      dataDays: merged.personalDataRetentionDays ?? 0,
    },
  };
}
