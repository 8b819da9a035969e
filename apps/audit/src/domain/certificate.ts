import type { RetentionCertificate } from '@weir/contracts/audit';
import { cover, openNote, ProofError, signNote, type Hash, type NoteSigner, type NoteVerifier } from '@weir/merkle';

const VERSION = 'weir-retention-v1';

/** What a certificate says. */
export type Removal = Omit<RetentionCertificate, 'note' | 'firstTime' | 'lastTime' | 'removedAt'> & {
  readonly firstTime: Date;
  readonly lastTime: Date;
  readonly removedAt: Date;
};

/** Signs what retention removes. */
export const certify = (signer: NoteSigner, removal: Removal): RetentionCertificate => ({
  ...removal,
  note: signNote(certificateText(signer.name, removal), signer),
});

/** Says that a range is gone, with the roots of its subtrees, in the order of `cover`. */
export function removalOf(
  range: { start: bigint; end: bigint },
  hashes: readonly Hash[],
  times: Pick<Removal, 'firstTime' | 'lastTime' | 'removedAt'>,
): Removal {
  const roots = cover(range).map(({ level, number }, at) => ({ level, number, hash: Buffer.from(hashes[at] ?? []) }));
  return { firstIndex: range.start, endIndex: range.end, roots, ...times };
}

/** Throws a ProofError unless one of the keys has signed what the certificate says, of a range that its roots cover. */
export function checkCertificate(certificate: RetentionCertificate, keys: readonly NoteVerifier[]): void {
  const { note, firstIndex, endIndex, roots, firstTime, lastTime, removedAt } = certificate;
  const { text, verifiers } = openNote(note, keys);
  if (!firstTime || !lastTime || !removedAt) throw new ProofError('the certificate lacks a time');
  const said = certificateText(verifiers[0]?.name ?? '', { ...certificate, firstTime, lastTime, removedAt });
  if (said !== text) throw new ProofError('the fields of the certificate are not what was signed');
  const covered = cover({ start: firstIndex, end: endIndex }).map(({ level, number }) => `${level} ${number}`);
  if (roots.map(({ level, number }) => `${level} ${number}`).join() !== covered.join()) {
    throw new ProofError('the roots of the certificate do not cover its range');
  }
}

function certificateText(origin: string, removal: Removal): string {
  const { firstIndex, endIndex, firstTime, lastTime, removedAt, roots } = removal;
  const times = [firstTime, lastTime, removedAt].map((time) => time.toISOString());
  const subtrees = roots.map(({ level, number, hash }) => `${level} ${number} ${hash.toString('base64')}`);
  return `${[VERSION, origin, firstIndex, endIndex, ...times, ...subtrees].join('\n')}\n`;
}
