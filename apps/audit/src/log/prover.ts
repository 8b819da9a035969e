import type { Scope } from '@weir/context';
import type { InclusionProof } from '@weir/contracts/audit';
import { inclusionPath, leafHash, verifyInclusion } from '@weir/merkle';
import type { StoredEvent } from '../domain/entry.ts';
import type { LogStore } from '../store/log-store.ts';
import { inconsistent, type Heads, type SignedHead } from './heads.ts';

/** Makes proofs, each verified before it is given away, as its receiver will. */
export interface Prover {
  /** The proof that a signed head includes an event. */
  prove(head: SignedHead, event: Pick<StoredEvent, 'index' | 'bytes'>): Promise<InclusionProof>;
  /** Adds to each item the proof of its event against the current head of its log. */
  proveAll<T extends { index: bigint }>(
    scope: Scope,
    places: readonly { tenant: string }[],
    items: readonly T[],
  ): Promise<(T & { proof: InclusionProof })[]>;
}

/** Proofs of what is in a store. */
export function createProver(store: LogStore, heads: Heads): Prover {
  async function prove({ head, note, log, read }: SignedHead, event: Pick<StoredEvent, 'index' | 'bytes'>) {
    const { index, bytes } = event;
    const leaf = leafHash(bytes);
    const path = await inclusionPath(index, head.size, read);
    if (!verifyInclusion({ leaf, index, size: head.size, path, root: head.root })) {
      throw inconsistent(log.tenant, `event ${index} does not lead to the root of size ${head.size}`);
    }
    const auditPath = path.map((hash) => Buffer.from(hash));
    return { event: bytes, leafHash: Buffer.from(leaf), index, auditPath, checkpoint: note };
  }

  return {
    prove,
    async proveAll(scope, places, items) {
      const signed = new Map<string, SignedHead>();
      const proven = [];
      for (const [at, item] of items.entries()) {
        const tenant = places[at]?.tenant ?? '';
        const head = signed.get(tenant) ?? (await heads.sign(scope, tenant));
        signed.set(tenant, head);
        const range = { from: item.index, to: item.index + 1n, limit: 1 } as const;
        const [event] = await store.events(scope, tenant, range);
        if (!event) throw inconsistent(tenant, `event ${item.index} is missing`);
        proven.push({ ...item, proof: await prove(head, event) });
      }
      return proven;
    },
  };
}
