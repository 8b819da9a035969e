import { LOG_INCONSISTENT } from '@weir/audit-outbox';
import type { InconsistentLog, VerifyLogRequest, VerifyLogResponse } from '@weir/contracts/audit';
import { invalid, reason } from '@weir/errors';
import { openCheckpoint, ProofError, type NoteVerifier } from '@weir/merkle';
import { idIn, parse, tenantName, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import type { HeadClaim } from '../domain/check-heads.ts';
import { toCheckpoint } from '../domain/checkpoint.ts';
import type { Fault } from '../domain/fault.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { ticksUntil } from '../log/ticks.ts';
import { verifyMeter, type VerifyMeter } from '../log/verify-meter.ts';
import { verifyWhole } from '../log/verify-whole.ts';
import { treeSize } from './event-schema.ts';

const Request = z.object({
  tenant: tenantName(),
  treeSize: treeSize(),
  knownCheckpoints: z.array(z.string().min(1, 'must not be empty')).max(16, 'must have at most 16 items'),
});

type Parts = Pick<AuditLog, 'store' | 'removals' | 'searches' | 'heads' | 'keys'>;

/** How often a caller hears how far it is. */
const PROGRESS_MS = 1_000;

/** Derives a log anew from the stored bytes and compares all that is stored, signed or known with it. */
export function verifyLog(parts: Parts): ServerStream<VerifyLogRequest, VerifyLogResponse> {
  const { store, heads, keys } = parts;
  return async function* (request, context) {
    const { scope, signal } = context;
    const { tenant: name, treeSize: wanted, knownCheckpoints } = parse(Request, request);
    const tenant = idIn(name, 'tenants');
    const known = [...openKnown(knownCheckpoints, keys.verifiers(tenant)), ...heads.remembered(tenant)];
    // In this order: a log has all that was signed before it was read.
    const signedBefore = (await store.lastCheckpoint(scope, tenant))?.size ?? 0n;
    const log = await store.state(scope, tenant);
    const size = wanted ?? log.size;
    if (size > log.size) throw reason('TREE_SIZE_TOO_LARGE', { tenant: name, size: log.size, tree_size: size });

    // On record also when the caller leaves before it is done.
    context.audit({ details: { tree_size: String(size), verdict: 'none' } });
    const meter = verifyMeter(size);
    const facts = factsOf(size);
    yield { verdict: undefined, ...facts(meter.counts()) };
    const verification = { scope, log, size, keys: keys.verifiers(tenant), known, signedBefore, meter };
    const verifying = verifyWhole(parts, verification, signal);
    for await (const _ of ticksUntil(verifying, PROGRESS_MS)) yield { verdict: undefined, ...facts(meter.counts()) };

    const { fault, ...counts } = await verifying;
    if (fault) {
      const { index, description: problem } = fault;
      const details = { verdict: 'inconsistent', first_bad_index: String(index), problem };
      context.audit({ flags: [LOG_INCONSISTENT], details });
      yield { verdict: { $case: 'inconsistent', value: toInconsistent(fault) }, ...facts(counts) };
    } else {
      const { head, note } = await heads.sign(scope, tenant, size);
      context.audit({ details: { verdict: 'consistent' } });
      yield { verdict: { $case: 'consistent', value: { checkpoint: toCheckpoint(head, note) } }, ...facts(counts) };
    }
  };
}

/** What every message says beside a verdict, from now on. */
function factsOf(treeSize: bigint) {
  const started = performance.now();
  return ({ checked, removed }: ReturnType<VerifyMeter['counts']>) => ({
    checkedEventCount: checked,
    removedEventCount: removed,
    duration: toDuration(performance.now() - started),
    treeSize,
  });
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
