import type { CallContext, Scope } from '@weir/context';
import type { AnonymizationOptions, PiiScanOptions } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { strictest } from '../domain/compliance/strictness.ts';
import { requireSafe } from '../domain/privacy/custom-recognizer.ts';
import { isLarge } from '../domain/privacy/is-large.ts';
import type { JsonRecord } from '../domain/privacy/json-value.ts';
import { requireDistinct } from '../domain/privacy/rule-book.ts';
import { recordAnonymizer, type AnonymizeSettings, type RecordAnonymizer } from '../domain/privacy/scan-job.ts';
import { tally, type Tally } from '../domain/privacy/tally.ts';
import { pace } from './pace.ts';
import type { PrivacyParts } from './privacy-parts.ts';
import type { TenantPrivacy } from './tenant-privacy.ts';

/** Anonymises records of one call under rules that were settled when it began. */
export interface Anonymization {
  readonly tally: Tally;
  /**
   * All of them, scanned again and their tokens kept, or an error; many of them on another thread. SCAN_INCOMPLETE,
   * PII_REMAINS, FIELD_CONFLICT, SCAN_QUEUE_FULL, SCANNER_LOST.
   */
  anonymize(records: readonly JsonRecord[]): Promise<JsonRecord[]>;
}

/** Settles the rules. RULE_CONFLICT, RECOGNIZER_UNSAFE, RECOGNIZER_NOT_FOUND. */
export async function openAnonymization(
  parts: PrivacyParts,
  tenant: string,
  options: AnonymizationOptions & { readonly scan: PiiScanOptions },
  { deadline, signal, scope }: CallContext,
): Promise<Anonymization> {
  const timing = pace(deadline, signal);
  const settings = await settle(parts, tenant, options, scope);
  const counted = tally();
  let here: RecordAnonymizer | undefined;

  async function anonymizeHere(records: readonly JsonRecord[]) {
    here ??= recordAnonymizer(settings, counted, timing.check);
    const results: JsonRecord[] = [];
    for (const record of records) {
      await timing.step();
      results.push(here.anonymize(record));
    }
    return { records: results, tokens: here.takeTokens() };
  }

  async function anonymizeElsewhere(records: readonly JsonRecord[]) {
    const { totals, ...batch } = await parts.scans.anonymize({ settings, records, deadline }, signal);
    counted.absorb(totals);
    return batch;
  }

  return {
    tally: counted,
    async anonymize(given) {
      timing.check();
      const { records, tokens } = await (isLarge({ records: given }) ? anonymizeElsewhere : anonymizeHere)(given);
      if (tokens.length > 0) await parts.vault.keep(tenant, tokens);
      timing.check();
      return records;
    },
  };
}

async function settle(
  { privacyOf, pseudonymKeyOf }: PrivacyParts,
  tenant: string,
  options: AnonymizationOptions & { readonly scan: PiiScanOptions },
  scope: Scope,
): Promise<AnonymizeSettings> {
  const { rules, scan, detectPii, neverWeaker, subjectField } = options;
  requireDistinct(rules);
  requireSafe(scan.customRecognizers);
  const said = await privacyOf(scope, tenant);
  const recognizers = joined(scan, said);
  requireKnown(rules, new Set(recognizers.map(({ id }) => id)));
  return {
    tenant: `tenants/${tenant}`,
    scan,
    recognizers,
    rules: neverWeaker ? strictest([...rules, ...said.rules]) : [...rules, ...said.rules],
    detect: detectPii ?? said.detectPii,
    secret: await pseudonymKeyOf(tenant),
    subjectField,
  };
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
