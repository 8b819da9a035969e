import type { Scope } from '@weir/context';
import { reason, type WeirError } from '@weir/errors';
import {
  consistencyPath,
  openCheckpoint,
  ProofError,
  rootAt,
  sameHash,
  signCheckpoint,
  verifyConsistency,
  type ReadHashes,
  type TreeHead,
} from '@weir/merkle';
import type { HeadClaim } from '../domain/check-heads.ts';
import type { LogState } from '../domain/log-state.ts';
import type { LogStore } from '../store/log-store.ts';
import type { RemovalStore } from '../store/removal-store.ts';
import { expandedTiles } from './expanded-tiles.ts';
import { headMemory } from './head-memory.ts';
import type { LogKeys } from './log-keys.ts';
import { treeReader } from './tree-reader.ts';

/** A head of a log that is signed, and the tree below it. */
export interface SignedHead {
  readonly head: TreeHead;
  readonly note: string;
  readonly log: LogState;
  readonly read: ReadHashes;
}

/** Signs heads, none of which contradicts one signed before. */
export interface Heads {
  /** The head at a size, or the current one. Fails with TREE_SIZE_TOO_LARGE and LOG_INCONSISTENT. */
  sign(scope: Scope, tenant: string, size?: bigint): Promise<SignedHead>;
  /** The largest head of a log that this process has signed, if any. */
  remembered(tenant: string): HeadClaim[];
}

/** What heads are signed with. */
export interface HeadsOptions {
  readonly store: LogStore;
  readonly removals: RemovalStore;
  readonly keys: LogKeys;
}

/** Starts signing heads. */
export function startHeads({ store, removals, keys }: HeadsOptions): Heads {
  const memory = headMemory();
  const expanded = expandedTiles();

  async function largestSigned(scope: Scope, tenant: string): Promise<TreeHead[]> {
    const kept = await store.lastCheckpoint(scope, tenant);
    const remembered = memory.of(tenant);
    // Mostly they are one: what this process has signed it need not open.
    const opened = kept && kept.note !== remembered?.note ? openKept(keys, tenant, kept.note) : undefined;
    return [opened, remembered].filter((head) => head !== undefined);
  }

  return {
    async sign(scope, tenant, size) {
      // Asked for first: a head that another process signs meanwhile may be of a larger log than the state read here.
      const signed = await largestSigned(scope, tenant);
      const log = await store.state(scope, tenant);
      if (size !== undefined && size > log.size) throw tooLarge(log, size);
      const read = treeReader(store, removals, scope, log, expanded);
      const at = size ?? log.size;
      const head: TreeHead = { origin: keys.origin(tenant), size: at, root: await rootAt(at, read) };
      for (const earlier of signed) await checkSuccession(log, read, earlier, head);
      const last = memory.of(tenant);
      const isSigned = last?.size === at && sameHash(last.root, head.root);
      const note = isSigned ? last.note : signCheckpoint(keys.signer(tenant), at, head.root);
      const isKept = signed.some((earlier) => earlier.size === at);
      if (at > 0n && !isKept) await store.keepCheckpoint(scope, tenant, { size: at, note });
      memory.add(tenant, { ...head, note });
      return { head, note, log, read };
    },
    remembered(tenant) {
      const head = memory.of(tenant);
      return head ? [{ size: head.size, note: head.note, source: 'known' }] : [];
    },
  };
}

function openKept(keys: LogKeys, tenant: string, note: string): TreeHead {
  try {
    return openCheckpoint(note, keys.verifiers(tenant));
  } catch (error) {
    if (error instanceof ProofError) throw inconsistent(tenant, `a kept checkpoint is forged: ${error.message}`);
    throw error;
  }
}

/** Proves, as any outsider would, that one of two heads continues the other. */
async function checkSuccession(log: LogState, read: ReadHashes, a: TreeHead, b: TreeHead): Promise<void> {
  if (a.size > log.size) throw inconsistent(log.tenant, `${a.size} events were signed for, ${log.size} are left`);
  const [first, second] = a.size <= b.size ? [a, b] : [b, a];
  if (first.size === second.size && sameHash(first.root, second.root)) return;
  const path = await consistencyPath(first.size, second.size, read);
  const claim = { first: first.size, second: second.size, firstRoot: first.root, secondRoot: second.root, path };
  if (!verifyConsistency(claim)) {
    throw inconsistent(log.tenant, `its tree of size ${second.size} does not continue that of size ${first.size}`);
  }
}

/** LOG_INCONSISTENT, with what was found. */
export const inconsistent = (tenant: string, problem: string): WeirError =>
  reason('LOG_INCONSISTENT', { tenant: `tenants/${tenant}`, problem });

const tooLarge = ({ tenant, size }: LogState, treeSize: bigint): WeirError =>
  reason('TREE_SIZE_TOO_LARGE', { tenant: `tenants/${tenant}`, size, tree_size: treeSize });
