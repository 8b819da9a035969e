import {
  AssessmentFormat,
  assessmentFormatToJSON,
  type ExportAssessmentRequest,
  type ExportAssessmentResponse,
} from '@weir/contracts/security';
import { invalid, reason } from '@weir/errors';
import { childName, enumValue, idIn, parse, type ServerStream } from '@weir/rpc';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { exportAssessmentBytes } from '../domain/compliance/export/export-bytes.ts';
import type { AssessmentStore } from '../store/assessment-store.ts';

const CHUNK_BYTES = 64 * 1024;

const Request = z.object({
  name: childName('assessments'),
  format: enumValue(AssessmentFormat),
  readOffset: z.bigint().min(0n, 'must not be negative'),
});

/** Exports an assessment with all of its evidence: a header, then the bytes in order. */
export function exportAssessment(
  assessments: AssessmentStore,
): ServerStream<ExportAssessmentRequest, ExportAssessmentResponse> {
  return async function* (request, context) {
    const { name, format, readOffset } = parse(Request, request);

    const assessment = await assessments.find(context.scope, idIn(name, 'tenants'), idIn(name, 'assessments'));
    if (!assessment) throw reason('ASSESSMENT_NOT_FOUND', { name });
    const { mediaType, bytes } = exportAssessmentBytes(assessment, format);
    if (readOffset > BigInt(bytes.length)) throw beyond(bytes.length);

    const sha256 = createHash('sha256').update(bytes).digest();
    context.audit({
      dataSizeBytes: bytes.length,
      details: { format: assessmentFormatToJSON(format), sha256: sha256.toString('hex') },
    });
    yield { part: { $case: 'header', value: { mediaType, sizeBytes: BigInt(bytes.length), sha256 } } };
    for (let at = Number(readOffset); at < bytes.length; at += CHUNK_BYTES) {
      yield { part: { $case: 'data', value: bytes.subarray(at, at + CHUNK_BYTES) } };
    }
  };
}

const beyond = (size: number) =>
  invalid([{ field: 'read_offset', description: `must not be above the size, which is ${size}` }]);
