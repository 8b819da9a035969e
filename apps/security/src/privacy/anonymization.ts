import type { CallContext, Scope } from '@weir/context';
import type { AnonymizationOptions, PiiScanOptions } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import type { AnonymizerParts } from '../domain/privacy/anonymizer-parts.ts';
import { anonymizeRecord } from '../domain/privacy/anonymizer.ts';
import { strictest } from '../domain/compliance/strictness.ts';
import { requireSafe } from '../domain/privacy/custom-recognizer.ts';
import { isContainer, textOf, type JsonRecord, type JsonValue } from '../domain/privacy/json-value.ts';
import type { PendingToken } from '../domain/privacy/pseudonyms.ts';
import { requireDistinct, ruleBook } from '../domain/privacy/rule-book.ts';
import { remainsIn, sanctions, type Remains } from '../domain/privacy/sanctions.ts';
import { typeName } from '../domain/privacy/pii-types.ts';
import { tally, type Tally } from '../domain/privacy/tally.ts';
import { valueScan } from '../domain/privacy/value-scan.ts';
import { pace, type Pace } from './pace.ts';
import type { PrivacyParts } from './privacy-parts.ts';
import type { TenantPrivacy } from './tenant-privacy.ts';

/** Anonymises records of one call under rules that were settled when it began. */
export interface Anonymization {
  readonly tally: Tally;
  /** All of them, scanned again and their tokens kept, or an error. SCAN_INCOMPLETE, PII_REMAINS, FIELD_CONFLICT. */
  anonymize(records: readonly JsonRecord[]): Promise<JsonRecord[]>;
}

const MAX_NAMED = 20;

/** Settles the rules. RULE_CONFLICT, RECOGNIZER_UNSAFE, RECOGNIZER_NOT_FOUND. */
export async function openAnonymization(
  parts: PrivacyParts,
  tenant: string,
  options: AnonymizationOptions & { readonly scan: PiiScanOptions },
  call: CallContext,
): Promise<Anonymization> {
  const timing = pace(call.deadline, call.signal);
  const pending: Omit<PendingToken, 'subject'>[] = [];
  const settled = await settle(parts, tenant, options, call.scope, timing, (token) => void pending.push(token));
  return {
    tally: settled.tally,
    async anonymize(records) {
      const tokens: PendingToken[] = [];
      const results: JsonRecord[] = [];
      for (const record of records) {
        await timing.step();
        pending.length = 0;
        results.push(anonymizeOne(settled, record));
        const subject = options.subjectField === '' ? '' : valueAt(record, options.subjectField);
        tokens.push(...pending.map((token) => ({ ...token, subject })));
      }
      if (tokens.length > 0) await parts.vault.keep(tenant, tokens);
      timing.check();
      return results;
    },
  };
}

async function settle(
  { privacyOf, pseudonymsOf }: PrivacyParts,
  tenant: string,
  { rules, scan, detectPii, neverWeaker }: AnonymizationOptions & { readonly scan: PiiScanOptions },
  scope: Scope,
  timing: Pace,
  pend: AnonymizerParts['tools']['pend'],
): Promise<AnonymizerParts> {
  requireDistinct(rules);
  requireSafe(scan.customRecognizers);
  const said = await privacyOf(scope, tenant);
  const recognizers = joined(scan, said);
  requireKnown(rules, new Set(recognizers.map(({ id }) => id)));
  return {
    scan: valueScan(`tenants/${tenant}`, scan, recognizers, timing.check),
    book: ruleBook(neverWeaker ? strictest([...rules, ...said.rules]) : [...rules, ...said.rules]),
    tools: { pseudonyms: await pseudonymsOf(tenant), now: new Date(), pend },
    tally: tally(),
    detect: detectPii ?? said.detectPii,
  };
}

/** One record, scanned again. */
function anonymizeOne(parts: AnonymizerParts, record: JsonRecord): JsonRecord {
  parts.tally.nextRecord();
  const allowed = sanctions();
  const result = anonymizeRecord(parts, record, allowed);
  const remains = remainsIn(result, allowed, parts.scan, parts.detect);
  if (remains.length > 0) throw piiRemains(remains);
  return result;
}

function piiRemains(remains: readonly Remains[]) {
  const named = (texts: readonly string[]): string => [...new Set(texts)].sort().slice(0, MAX_NAMED).join(', ');
  const metadata = {
    types: named(remains.map(({ type }) => typeName(type))),
    fields: named(remains.map(({ field }) => field)),
  };
  return reason('PII_REMAINS', metadata);
}

/** Those of the call take the place of those of the tenant with the same id. */
export function joined({ customRecognizers }: PiiScanOptions, { recognizers }: TenantPrivacy) {
  const given = new Set(customRecognizers.map(({ id }) => id));
  return [...customRecognizers, ...recognizers.filter(({ id }) => !given.has(id))];
}

function requireKnown(rules: AnonymizationOptions['rules'], ids: ReadonlySet<string>): void {
  for (const { target } of rules) {
    if (target?.$case !== 'customRecognizer' || ids.has(target.value)) continue;
    throw reason('RECOGNIZER_NOT_FOUND', { recognizer: target.value });
  }
}

/** The text at a path; empty where there is none. */
function valueAt(record: JsonRecord, path: string): string {
  let value: JsonValue | undefined = record;
  for (const name of path.split('.')) {
    value =
      value && isContainer(value) && !Array.isArray(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value === undefined ? '' : (textOf(value) ?? '');
}
