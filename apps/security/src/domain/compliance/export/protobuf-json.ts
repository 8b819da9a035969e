import { fromBinary, toJson } from '@bufbuild/protobuf';
import { fileRegistry } from '@weir/contracts';
import { ComplianceAssessment } from '@weir/contracts/security';
import type { Json } from './canonical-json.ts';

const TYPE = 'weir.security.v1.ComplianceAssessment';

/** An assessment in the JSON of protobuf. When it was first made is left out: the same head gives the same bytes. */
export function assessmentJson(assessment: ComplianceAssessment): Json {
  const schema = fileRegistry().getMessage(TYPE);
  if (!schema) throw new Error(`the contract has no message ${TYPE}`);
  const bytes = ComplianceAssessment.encode({ ...assessment, evaluatedAt: undefined }).finish();
  return toJson(schema, fromBinary(schema, bytes), { registry: fileRegistry() });
}
