import type { Clearance } from '@weir/contracts/registry';
import type { AnonymizationRule, Obligation, Policy } from '@weir/contracts/security';
import { strictest } from '../compliance/strictness.ts';
import type { Facts } from './facts.ts';
import { matchesPattern } from './pattern.ts';
import type { PolicySet } from './policy-set.ts';

/** What compliance frameworks demand of every decision of a tenant; joined with what its policies do. */
export interface Demands {
  /** Frameworks that want personal data encrypted at rest. */
  readonly encrypt: readonly string[];
  /** Rules that frameworks demand, and which. */
  readonly anonymize: { readonly sources: readonly string[]; readonly rules: readonly AnonymizationRule[] };
  readonly retain: { readonly sources: readonly string[]; readonly auditDays: number; readonly dataDays: number };
  /** What the settings of the service waive, whoever demands it; unset: nothing. */
  readonly waived?: Waived;
}

/** What is not demanded of anybody. */
export interface Waived {
  readonly encryption: boolean;
  readonly piiDetection: boolean;
}

/** Everything that is demanded is owed. */
export const NOTHING_WAIVED: Waived = { encryption: false, piiDetection: false };

/** No framework demands anything. */
export const NO_DEMANDS: Demands = {
  encrypt: [],
  anonymize: { sources: [], rules: [] },
  retain: { sources: [], auditDays: 0, dataDays: 0 },
};

/** What is owed for being allowed: the demands of all policies and frameworks, joined; the strictest counts. */
export function obligationsOf(set: PolicySet, facts: Facts, classification: Clearance, demands: Demands): Obligation[] {
  const owed = [
    encryption(set, facts, demands),
    anonymization(set, facts, classification, demands),
    retention(set, classification, demands),
  ];
  return owed.filter((obligation) => obligation !== undefined);
}

function encryption(
  { encrypting }: PolicySet,
  { question }: Facts,
  { encrypt, waived }: Demands,
): Obligation | undefined {
  if (waived?.encryption === true) return undefined;
  const asked = question.dataTypes;
  const demanding = encrypting
    .map(({ name, encryptedDataTypes }) => ({ name, types: typesOwed(encryptedDataTypes, asked) }))
    .filter(({ types }) => types !== undefined);
  const sources = ascending([...demanding.map(({ name }) => name), ...encrypt]);
  if (sources.length === 0) return undefined;

  const isAll = encrypt.length > 0 || demanding.some(({ types }) => types === 'all');
  const types = demanding.flatMap(({ types }) => (types === 'all' ? [] : (types ?? [])));
  return { kind: { $case: 'encrypt', value: { dataTypes: isAll ? [] : ascending(types) } }, sources };
}

/** The types that must be encrypted; a question that names none may be about any of them. */
function typesOwed(patterns: readonly string[], asked: readonly string[]): readonly string[] | 'all' | undefined {
  if (patterns.length === 0) return undefined;
  if (patterns.includes('*')) return 'all';
  if (asked.length === 0) return patterns.some((pattern) => pattern.endsWith('*')) ? 'all' : patterns;
  const owed = asked.filter((type) => patterns.some((pattern) => matchesPattern(pattern, type)));
  return owed.length === 0 ? undefined : owed;
}

function anonymization(
  { anonymizing }: PolicySet,
  { principal }: Facts,
  classification: Clearance,
  { anonymize, waived }: Demands,
): Obligation | undefined {
  const obliging = anonymizing.filter(({ anonymization: demand }) => {
    if (!demand || classification < demand.requiredFrom) return false;
    return !demand.exemptRoles.some((role) => principal?.roles.includes(role));
  });
  const sources = ascending([...obliging.map(({ name }) => name), ...anonymize.sources]);
  if (sources.length === 0) return undefined;

  const rules = rulesOf(anonymizing, anonymize.rules);
  const isWanted = anonymize.sources.length > 0 || obliging.some((policy) => policy.anonymization?.detectPii !== false);
  const detectPii = isWanted && waived?.piiDetection !== true;
  return { kind: { $case: 'anonymize', value: { rules, detectPii } }, sources };
}

/** How a tenant anonymises: what its frameworks demand and its policies say; each target once, by the strictest. */
export function rulesOf(policies: readonly Policy[], demanded: readonly AnonymizationRule[]): AnonymizationRule[] {
  const inOrder = [...policies].sort((a, b) => (a.name < b.name ? -1 : 1));
  return strictest([...demanded, ...inOrder.flatMap(({ anonymization: demand }) => demand?.rules ?? [])]);
}

function retention({ retaining }: PolicySet, classification: Clearance, { retain }: Demands): Obligation | undefined {
  const demanding = retaining.flatMap(({ name, auditRetentions }) =>
    auditRetentions.filter((one) => one.classification === classification).map(({ days }) => ({ name, days })),
  );
  const sources = ascending([...demanding.map(({ name }) => name), ...retain.sources]);
  if (sources.length === 0) return undefined;

  const auditDays = Math.max(retain.auditDays, ...demanding.map(({ days }) => days));
  return { kind: { $case: 'retain', value: { auditDays, dataDays: retain.dataDays } }, sources };
}

const ascending = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
