import type { ComplianceAssessment, ComplianceEvidence } from '@weir/contracts/security';
import { formatProofFile } from '@weir/merkle';
import type { Json } from './canonical-json.ts';
import { nameUuid } from './name-uuid.ts';

/** The resource that an event of the log is in an export. */
export const resourceUuid = (assessment: string, { index }: ComplianceEvidence): string =>
  nameUuid(assessment, 'event', String(index));

/** Every event that an assessment refers to, once and by index, as a proof file. */
export function evidenceResources({ name, results, logHead }: ComplianceAssessment): Json[] {
  const byIndex = new Map<bigint, ComplianceEvidence>();
  for (const { evidence, exceptions } of results) {
    const shown = exceptions.flatMap((exception) => exception.evidence ?? []);
    for (const one of [...evidence, ...shown]) byIndex.set(one.index, one);
  }
  return [...byIndex.values()]
    .sort((a, b) => (a.index < b.index ? -1 : 1))
    .map((one) => resourceOf(name, one, logHead?.checkpoint ?? ''));
}

function resourceOf(assessment: string, evidence: ComplianceEvidence, checkpoint: string): Json {
  const { event, index, auditPath, name, eventType, leafHash } = evidence;
  const proof = formatProofFile({ proof: { event, index, auditPath, checkpoint }, verifierKey: undefined });
  return {
    uuid: resourceUuid(assessment, evidence),
    title: `${eventType} at index ${index}`,
    description: `The event ${name} with its proof of inclusion, leaf hash ${leafHash.toString('hex')}.`,
    base64: {
      filename: `event-${index}.json`,
      'media-type': 'application/json',
      value: Buffer.from(proof).toString('base64'),
    },
  };
}
