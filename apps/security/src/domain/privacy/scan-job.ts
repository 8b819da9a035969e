import type { AnonymizationRule, PiiCustomRecognizer, PiiScanOptions } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import type { AnonymizerParts } from './anonymizer-parts.ts';
import { anonymizeRecord } from './anonymizer.ts';
import { detectInRecord, located, type LocatedFinding } from './detect.ts';
import { isContainer, textOf, type JsonRecord, type JsonValue } from './json-value.ts';
import { typeName } from './pii-types.ts';
import { pseudonyms, type PendingToken } from './pseudonyms.ts';
import { ruleBook } from './rule-book.ts';
import { remainsIn, sanctions, type Remains } from './sanctions.ts';
import { tally, type Tally, type Totals } from './tally.ts';
import { valueScan } from './value-scan.ts';

/** What is looked for; plain data, so that it can go to another thread. */
export interface ScanSettings {
  /** "tenants/acme" */
  readonly tenant: string;
  readonly scan: PiiScanOptions;
  readonly recognizers: readonly PiiCustomRecognizer[];
}

/** How records are anonymised; plain data as well. */
export interface AnonymizeSettings extends ScanSettings {
  /** Those of the call and of the tenant, in the order in which they count. */
  readonly rules: readonly AnonymizationRule[];
  readonly detect: boolean;
  /** What the tenant's pseudonyms are keyed with. Never leaves the process. */
  readonly secret: Uint8Array;
  /** Where a record says whom it is about; empty: nowhere. */
  readonly subjectField: string;
}

/** Text or records. */
export type ScanContent = { readonly text: string } | { readonly records: readonly JsonRecord[] };

/** A record of a content, with what was found in it. */
export interface FoundInRecord {
  readonly index: number;
  readonly findings: readonly LocatedFinding[];
  readonly bytes: number;
}

/** Records that were anonymised and scanned again. */
export interface AnonymizedBatch {
  readonly records: JsonRecord[];
  /** They must be kept before the records are answered. */
  readonly tokens: PendingToken[];
  readonly totals: Totals;
}

/** Anonymises records one by one, under rules that were settled before. */
export interface RecordAnonymizer {
  /** The record, scanned again. PII_REMAINS, FIELD_CONFLICT. */
  anonymize(record: JsonRecord): JsonRecord;
  /** Tokens that were handed out since they were last taken. */
  takeTokens(): PendingToken[];
}

const MAX_NAMED = 20;

/** Compiles the settings. `check` throws when the time is over. */
export function recordAnonymizer(settings: AnonymizeSettings, counted: Tally, check: () => void): RecordAnonymizer {
  const { tenant, scan, recognizers, rules, detect, secret, subjectField } = settings;
  let tokens: PendingToken[] = [];
  let subject = '';
  const parts: AnonymizerParts = {
    scan: valueScan(tenant, scan, recognizers, check),
    book: ruleBook(rules),
    tools: {
      pseudonyms: pseudonyms(secret),
      now: new Date(),
      pend: (token) => void tokens.push({ ...token, subject }),
    },
    tally: counted,
    detect,
  };
  return {
    anonymize(record) {
      counted.nextRecord();
      subject = subjectField === '' ? '' : valueAt(record, subjectField);
      const allowed = sanctions();
      const result = anonymizeRecord(parts, record, allowed);
      const remains = remainsIn(result, allowed, parts.scan, detect);
      if (remains.length > 0) throw piiRemains(remains);
      return result;
    },
    takeTokens() {
      const taken = tokens;
      tokens = [];
      return taken;
    },
  };
}

/** Anonymises a batch from its settings to its totals. */
export function anonymizeBatch(
  settings: AnonymizeSettings,
  records: readonly JsonRecord[],
  check: () => void,
): AnonymizedBatch {
  const counted = tally();
  const anonymizer = recordAnonymizer(settings, counted, check);
  const results = records.map((record) => {
    check();
    return anonymizer.anonymize(record);
  });
  return { records: results, tokens: anonymizer.takeTokens(), totals: counted.totals() };
}

/** Looks through a content, record by record; a text is one. */
export function* scanContent(
  settings: ScanSettings,
  content: ScanContent,
  check: () => void,
): Generator<FoundInRecord> {
  const scan = valueScan(settings.tenant, settings.scan, settings.recognizers, check);
  if ('text' in content) {
    const { text } = content;
    yield { index: 0, findings: located(text, '', scan(text, '')), bytes: Buffer.byteLength(text) };
    return;
  }
  for (const [index, record] of content.records.entries()) yield { index, ...detectInRecord(record, scan) };
}

function piiRemains(remains: readonly Remains[]) {
  const named = (texts: readonly string[]): string => [...new Set(texts)].sort().slice(0, MAX_NAMED).join(', ');
  const metadata = {
    types: named(remains.map(({ type }) => typeName(type))),
    fields: named(remains.map(({ field }) => field)),
  };
  return reason('PII_REMAINS', metadata);
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
