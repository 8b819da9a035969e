import type { AuditProof } from './audit-proof.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { ProofError } from './proof-error.ts';

/** What a proof file says it is. */
export const PROOF_FORMAT = 'weir-audit-proof-v1';

type Fields = Readonly<Record<string, unknown>>;

/** A proof as it is kept in a file. */
export interface ProofFile {
  readonly proof: AuditProof;
  /** The key that the file names. A hint where to look: a forger would name his own. */
  readonly verifierKey: string | undefined;
  /** What the file says of the logged event in readable form, beside the proof: JSON that nothing proves. */
  readonly readable?: Fields;
}

/**
 * The text of a proof file: one line of JSON, ended by a newline. `proof` is the proto3 JSON form of
 * weir.audit.v1.InclusionProof without `leafHash`, which a verifier derives.
 */
export function formatProofFile({ proof, verifierKey }: ProofFile): string {
  const { event, index, auditPath, checkpoint } = proof;
  return `${JSON.stringify({
    format: PROOF_FORMAT,
    ...(verifierKey !== undefined && { verifierKey }),
    proof: { event: toBase64(event), index: String(index), auditPath: auditPath.map(toBase64), checkpoint },
  })}\n`;
}

/**
 * Reads proofs: a proof file, or the JSON that grpcurl prints for GetInclusionProof, GetEvent, RecordEvents or
 * GenerateReport, or the lines of ExportEvents. Throws a ProofError that names the line where it is none of these.
 */
export function parseProofFile(text: string): ProofFile[] {
  const whole = tryJson(text);
  if (whole !== undefined) return proofsIn(whole, 'the file');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new ProofError('the file holds no proof');
  return lines.flatMap((line, at) => {
    const value = tryJson(line);
    if (value === undefined) throw new ProofError(`line ${at + 1} is not JSON`);
    return proofsIn(value, `line ${at + 1}`);
  });
}

function proofsIn(value: unknown, where: string): ProofFile[] {
  if (!isFields(value)) throw new ProofError(`${where} holds no proof`);
  if (Array.isArray(value['events'])) return value['events'].flatMap((event) => proofsIn(event, where));
  if (isFields(value['report'])) return evidenceOf(value['report']).flatMap((event) => proofsIn(event, where));
  const verifierKey = typeof value['verifierKey'] === 'string' ? value['verifierKey'] : undefined;
  const logged = isFields(eventOf(value)?.['proof']) ? eventOf(value) : value;
  const proof = [logged?.['proof'], value].find(isProof);
  if (!proof) throw new ProofError(`${where} holds no proof: it needs "event", "index", "auditPath" and "checkpoint"`);
  const readable = logged && eventOf(logged) && logged;
  return [{ proof: readProof(proof, where), verifierKey, ...(readable && { readable }) }];
}

// GenerateReport answers { report: { sections: [{ evidence: [LoggedEvent] }] } }.
function evidenceOf({ sections }: Fields): unknown[] {
  const listed: unknown[] = Array.isArray(sections) ? sections : [];
  return listed.flatMap((section): unknown[] =>
    isFields(section) && Array.isArray(section['evidence']) ? section['evidence'] : [],
  );
}

// GetEvent answers { event: LoggedEvent }.
const eventOf = ({ event }: Fields): Fields | undefined => (isFields(event) ? event : undefined);

const isProof = (value: unknown): value is Fields =>
  isFields(value) && typeof value['event'] === 'string' && typeof value['checkpoint'] === 'string';

function readProof(fields: Fields, where: string): AuditProof {
  // Proto3 JSON leaves out what has its default value: index 0, an empty path.
  const { event, checkpoint, index = '0', auditPath = [] } = fields;
  const hashes: unknown[] = Array.isArray(auditPath) ? auditPath : [undefined];
  if (!/^\d{1,19}$/.test(String(index))) throw new ProofError(`${where}: "index" is not a number`);
  return {
    event: fromBase64(String(event), `${where}: "event"`),
    index: BigInt(String(index)),
    auditPath: hashes.map((hash, at) => fromBase64(String(hash), `${where}: "auditPath[${at}]"`)),
    checkpoint: String(checkpoint),
  };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
