import type { DetectPiiRequest, DetectPiiResponse, PiiFinding } from '@weir/contracts/security';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { LocatedFinding } from '../domain/privacy/detect.ts';
import { requireSafe } from '../domain/privacy/custom-recognizer.ts';
import { tenantIn } from '../domain/principal.ts';
import { tally } from '../domain/privacy/tally.ts';
import { joined } from '../privacy/anonymization.ts';
import { detection } from '../privacy/detection.ts';
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

    const recognizers = joined(options, await parts.privacyOf(call.scope, tenantIn(tenant)));
    const given = content.$case === 'text' ? { text: content.value } : content.value;
    const counted = tally();
    const findings: PiiFinding[] = [];
    let bytes = 0;
    for await (const found of detection(parts, { tenant, scan: options, recognizers }, given, call)) {
      counted.nextRecord();
      counted.found(found.findings);
      bytes += found.bytes;
      for (const one of found.findings) {
        if (findings.length < maxFindings) findings.push(findingMessage(found.index, one));
      }
    }

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
