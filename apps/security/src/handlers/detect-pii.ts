import type { DetectPiiRequest, DetectPiiResponse, PiiFinding, PiiScanOptions } from '@weir/contracts/security';
import { parse, tenantName, type Unary } from '@weir/rpc';
import type { CallContext } from '@weir/context';
import { z } from 'zod';
import { detectInRecord, located, type LocatedFinding } from '../domain/privacy/detect.ts';
import { requireSafe } from '../domain/privacy/custom-recognizer.ts';
import { tenantIn } from '../domain/principal.ts';
import { tally } from '../domain/privacy/tally.ts';
import { valueScan, type ValueScan } from '../domain/privacy/value-scan.ts';
import { joined } from '../privacy/anonymization.ts';
import { pace, type Pace } from '../privacy/pace.ts';
import type { PrivacyParts } from '../privacy/privacy-parts.ts';
import { foundFields, recordsField, scanField } from './privacy-fields.ts';

const MAX_FINDINGS = 10_000;
const DEFAULT_FINDINGS = 1_000;

const Content = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('text'), value: z.string() }),
    z.object({ $case: z.literal('records'), value: recordsField() }),
  ],
  'is required: text or records',
);

const Request = z.object({
  tenant: tenantName(),
  content: Content,
  options: scanField(),
  maxFindings: z
    .int()
    .min(0, 'must be 0 to 10,000')
    .max(MAX_FINDINGS, 'must be 0 to 10,000')
    .transform((most) => most || DEFAULT_FINDINGS),
});

/** Finds personal data in text or records. */
export function detectPii(parts: PrivacyParts): Unary<DetectPiiRequest, DetectPiiResponse> {
  return async (request, call) => {
    const { tenant, content, options, maxFindings } = parse(Request, request);
    requireSafe(options.customRecognizers);

    const timing = pace(call.deadline, call.signal);
    const scan = await scanOf(parts, call, tenant, options, timing);
    const counted = tally();
    const findings: PiiFinding[] = [];
    let bytes = 0;
    const note = (index: number, found: readonly LocatedFinding[]): void => {
      counted.nextRecord();
      counted.found(found);
      for (const one of found) if (findings.length < maxFindings) findings.push(findingMessage(index, one));
    };
    if (content.$case === 'text') {
      note(0, located(content.value, '', scan(content.value, '')));
      bytes = Buffer.byteLength(content.value);
    } else {
      for (const [index, record] of content.value.records.entries()) {
        await timing.step();
        const found = detectInRecord(record, scan);
        note(index, found.findings);
        bytes += found.bytes;
      }
    }
    timing.check();

    call.audit({ dataSizeBytes: bytes, ...foundFields(counted) });
    return {
      findings,
      findingsTruncated: counted.findings > findings.length,
      counts: counted.counts(),
      scannedRecordCount: BigInt(counted.records),
      scannedBytes: BigInt(bytes),
    };
  };
}

async function scanOf(
  { privacyOf }: PrivacyParts,
  { scope }: CallContext,
  tenant: string,
  options: PiiScanOptions,
  timing: Pace,
): Promise<ValueScan> {
  const said = await privacyOf(scope, tenantIn(tenant));
  return valueScan(tenant, options, joined(options, said), timing.check);
}

const findingMessage = (index: number, found: LocatedFinding): PiiFinding => ({
  type: found.type,
  recognizer: found.recognizer,
  score: found.score,
  validated: found.validated,
  recordIndex: BigInt(index),
  fieldPath: found.field,
  start: found.codePoints[0],
  end: found.codePoints[1],
});
