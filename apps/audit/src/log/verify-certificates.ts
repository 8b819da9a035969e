import { FaultReason, type RetentionCertificate } from '@weir/contracts/audit';
import { isReason } from '@weir/errors';
import { ProofError, sameHash, type NoteVerifier, type ReadHashes } from '@weir/merkle';
import { checkCertificate } from '../domain/certificate.ts';
import type { Fault } from '../domain/fault.ts';

/** Checks that a certificate is signed by the log and that its roots are those of the stored tree. */
export async function verifyCertificate(
  certificate: RetentionCertificate,
  keys: readonly NoteVerifier[],
  read: ReadHashes,
): Promise<Fault | undefined> {
  const { firstIndex: index, endIndex, roots } = certificate;
  const fault = (problem: string): Fault => ({
    index,
    reason: FaultReason.CERTIFICATE_INVALID,
    description: `the certificate of the removal of ${index} up to ${endIndex}: ${problem}`,
  });
  try {
    checkCertificate(certificate, keys);
    const hashes = await read(roots);
    const wrong = roots.findIndex(({ hash }, at) => !sameHash(hash, hashes[at] ?? new Uint8Array()));
    if (wrong < 0) return undefined;
    const [expected, actual] = [roots[wrong]?.hash, hashes[wrong]];
    return {
      ...fault('a root is not that of the stored tree'),
      ...(expected && { expected }),
      ...(actual && { actual }),
    };
  } catch (error) {
    if (error instanceof ProofError) return fault(error.message);
    // A root below what a later removal has taken can no longer be compared; the later certificate covers it.
    if (isReason(error, 'LOG_RANGE_REMOVED')) return undefined;
    if (isReason(error, 'LOG_INCONSISTENT')) return fault(error.metadata['problem'] ?? error.message);
    throw error;
  }
}
