import { LOG_INCONSISTENT } from '@weir/audit-outbox';
import type { InconsistentLog, VerifyLogRequest, VerifyLogResponse } from '@weir/contracts/audit';
import { invalid, reason } from '@weir/errors';
import { openCheckpoint, ProofError, type NoteVerifier } from '@weir/merkle';
import { idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { HeadClaim } from '../domain/check-heads.ts';
import { toCheckpoint } from '../domain/checkpoint.ts';
import type { Fault } from '../domain/fault.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { verifyRuns } from '../log/search/verify-runs.ts';
import { verifyLog as verify } from '../log/verify-log.ts';
import { treeSize } from './event-schema.ts';

const Request = z.object({
  tenant: tenantName(),
  treeSize: treeSize(),
  knownCheckpoints: z.array(z.string().min(1, 'must not be empty')).max(16, 'must have at most 16 items'),
});

type Parts = Pick<AuditLog, 'store' | 'removals' | 'searches' | 'heads' | 'keys'>;

/** Derives a log anew from the stored bytes and compares all that is stored, signed or known with it. */
export function verifyLog(parts: Parts): Unary<VerifyLogRequest, VerifyLogResponse> {
  const { store, removals, heads, keys } = parts;
  return async (request, context) => {
    const { scope } = context;
    const { tenant: name, treeSize: wanted, knownCheckpoints } = parse(Request, request);
    const tenant = idIn(name, 'tenants');
    const known = [...openKnown(knownCheckpoints, keys.verifiers(tenant)), ...heads.remembered(tenant)];
    // In this order: a log has all that was signed before it was read.
    const signedBefore = (await store.lastCheckpoint(scope, tenant))?.size ?? 0n;
    const log = await store.state(scope, tenant);
    const size = wanted ?? log.size;
    if (size > log.size) throw reason('TREE_SIZE_TOO_LARGE', { tenant: name, size: log.size, tree_size: size });

    const started = performance.now();
    const verification = { scope, log, size, keys: keys.verifiers(tenant), known, signedBefore };
    // Side by side: a thread builds what queries look things up in while this one hashes.
    const over = new AbortController();
    const deriving = verify(store, removals, verification).then((finding) => {
      if (finding.fault) over.abort();
      return finding;
    });
    const building = verifyRuns(parts, verification, over.signal);
    const [{ fault: found, checked, removed }, runFault] = await Promise.all([deriving, building]);
    const fault = found ?? runFault;
    const duration = toDuration(performance.now() - started);

    const counts = { checkedEventCount: checked, removedEventCount: removed, duration };
    if (fault) {
      const { index, description: problem } = fault;
      context.audit({ flags: [LOG_INCONSISTENT], details: { first_bad_index: String(index), problem } });
      return { verdict: { $case: 'inconsistent', value: toInconsistent(fault) }, ...counts };
    }
    const { head, note } = await heads.sign(scope, tenant, size);
    return { verdict: { $case: 'consistent', value: { checkpoint: toCheckpoint(head, note) } }, ...counts };
  };
}

function openKnown(notes: readonly string[], verifiers: readonly NoteVerifier[]): HeadClaim[] {
  const violations: { field: string; description: string }[] = [];
  const known = notes.flatMap((note, at): HeadClaim[] => {
    try {
      return [{ size: openCheckpoint(note, verifiers).size, note, source: 'known' }];
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      violations.push({
        field: `known_checkpoints[${at}]`,
        description: `must be a checkpoint of this log: ${error.message}`,
      });
      return [];
    }
  });
  if (violations.length > 0) throw invalid(violations);
  return known;
}

const toInconsistent = ({ index, reason: why, description, expected, actual }: Fault): InconsistentLog => ({
  firstBadIndex: index,
  reason: why,
  description,
  expectedHash: Buffer.from(expected ?? []),
  actualHash: Buffer.from(actual ?? []),
});

const toDuration = (ms: number) => ({ seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.round((ms % 1000) * 1e6) });
