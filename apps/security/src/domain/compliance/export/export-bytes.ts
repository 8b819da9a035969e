import { AssessmentFormat, type ComplianceAssessment } from '@weir/contracts/security';
import { canonicalJson } from './canonical-json.ts';
import { oscalOf } from './oscal.ts';
import { assessmentJson } from './protobuf-json.ts';

/** An assessment in the bytes of a format. */
export interface ExportedAssessment {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Exports an assessment: the same bytes whenever it is asked for. */
export function exportAssessmentBytes(assessment: ComplianceAssessment, format: AssessmentFormat): ExportedAssessment {
  const isOscal = format === AssessmentFormat.OSCAL;
  const json = isOscal ? oscalOf(assessment) : assessmentJson(assessment);
  return {
    mediaType: isOscal ? 'application/oscal+json' : 'application/json',
    bytes: Buffer.from(canonicalJson(json)),
  };
}
