import { Event } from '@weir/contracts/audit';
import { Code, isReason, reason, WeirError } from '@weir/errors';
import {
  noteVerifier,
  openCheckpoint,
  parseProofFile,
  ProofError,
  leafHash,
  verifyInclusion,
  type AuditProof,
  type TreeHead,
} from '@weir/merkle';
import type { ProvenLogEvent } from '../domain/compliance/measures/measure.ts';
import type { AuditAccess } from './audit-access.ts';
import type { KnownHead } from './log-heads.ts';

/** Which events of a log are read. */
export interface LogQuery {
  readonly tenant: string;
  readonly head: KnownHead;
  readonly startTime: Date;
  /** Undefined: up to the head, also where a sender's clock is ahead of it. */
  readonly endTime: Date | undefined;
  readonly types: readonly string[];
}

const RETRY_AFTER_MS = 1_000;

/** Asks audit; DEPENDENCY_UNAVAILABLE while it does not answer, AUDIT_PROOF_INVALID when its log contradicts itself. */
export async function askAudit<T>(tenant: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw audited(tenant, cause);
  }
}

function audited(tenant: string, cause: unknown): unknown {
  // A head that was seen before is larger than the log: it was truncated, or rolled back.
  const isBroken = isReason(cause, 'LOG_INCONSISTENT') || isReason(cause, 'TREE_SIZE_TOO_LARGE');
  if (isBroken) return invalidProof(tenant, '?', cause.message, cause);
  const isDown = cause instanceof WeirError && cause.code === Code.UNAVAILABLE;
  return isDown
    ? reason('DEPENDENCY_UNAVAILABLE', { dependency: 'audit' }, { retryAfterMs: RETRY_AFTER_MS, cause })
    : cause;
}

/** Verifies the head of a log with its key. */
export function openHead(tenant: string, { note, verifierKey }: KnownHead): TreeHead {
  try {
    return openCheckpoint(note, [noteVerifier(verifierKey)]);
  } catch (cause) {
    if (cause instanceof ProofError) throw invalidProof(tenant, '?', cause.message, cause);
    throw cause;
  }
}

/**
 * Reads events up to a head in the order of the log, each only once its proof against that very head has been
 * verified. AUDIT_PROOF_INVALID names the first that does not prove. It holds one message in memory.
 */
export async function* provenEvents(audit: AuditAccess, query: LogQuery): AsyncGenerator<ProvenLogEvent> {
  const { tenant, head: known, startTime, endTime, types } = query;
  const head = openHead(tenant, known);
  if (head.size === 0n) return;
  const request = {
    tenant: `tenants/${tenant}`,
    filter: { startTime, endTime, types: [...types] },
    treeSize: head.size,
  };
  try {
    for await (const { lines } of audit.exportEvents(request)) {
      const text = lines.toString();
      if (text === '') continue;
      for (const { proof } of proofsIn(tenant, text)) yield prove(tenant, proof, known.note, head);
    }
  } catch (error) {
    throw audited(tenant, error);
  }
}

function proofsIn(tenant: string, text: string) {
  try {
    return parseProofFile(text);
  } catch (cause) {
    if (cause instanceof ProofError) throw invalidProof(tenant, '?', cause.message, cause);
    throw cause;
  }
}

/** Verifies one proof against a head. */
export const proveAgainst = (tenant: string, known: KnownHead, proof: AuditProof): ProvenLogEvent =>
  prove(tenant, proof, known.note, openHead(tenant, known));

function prove(tenant: string, proof: AuditProof, note: string, head: TreeHead): ProvenLogEvent {
  const { index, auditPath, checkpoint, event: bytes } = proof;
  if (checkpoint !== note) throw invalidProof(tenant, index, 'the proof leads to another head');
  const leaf = leafHash(bytes);
  if (!verifyInclusion({ leaf, index, size: head.size, path: auditPath, root: head.root })) {
    throw invalidProof(tenant, index, 'the event and its audit path do not lead to the root of the head');
  }
  return {
    event: Event.decode(bytes),
    bytes: Buffer.from(bytes),
    index,
    leafHash: Buffer.from(leaf),
    auditPath: auditPath.map((hash) => Buffer.from(hash)),
  };
}

const invalidProof = (tenant: string, index: bigint | string, problem: string, cause?: unknown): WeirError =>
  reason('AUDIT_PROOF_INVALID', { tenant: `tenants/${tenant}`, index: String(index), problem }, { cause });
