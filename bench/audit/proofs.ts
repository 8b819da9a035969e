import { logVerdict } from '@weir/client';
import { noteVerifier, verifyInclusion, verifyProof, leafHash, openCheckpoint, type AuditProof } from '@weir/merkle';
import type { AuditClient, History } from './history.ts';

const IN_FLIGHT = 16;
const VERIFY_MS = 3_600_000;

/** How many proofs a second the service answers, and how many a verifier checks, with and without the signature. */
export async function rateProofs(client: AuditClient, { tenant: id, size }: History, count: number) {
  const tenant = `tenants/${id}`;
  const { verifierKey } = await client.getCheckpoint({ tenant });
  const proofs: AuditProof[] = [];
  const ask = async (): Promise<void> => {
    const value = BigInt(Math.floor(Math.random() * size));
    const { proof } = await client.getInclusionProof({ tenant, entry: { $case: 'index', value } });
    if (proof) proofs.push(proof);
  };
  const generated = await perSecond(count, () => Promise.all(Array.from({ length: IN_FLIGHT }, ask)), IN_FLIGHT);

  const keys = [noteVerifier(verifierKey)];
  const checked = await perSecond(proofs.length, (at) => verifyProof(pick(proofs, at), keys));
  const root = openCheckpoint(pick(proofs, 0).checkpoint, keys);
  const ofRoot = proofs.filter(({ checkpoint }) => checkpoint === pick(proofs, 0).checkpoint);
  const hashed = await perSecond(ofRoot.length, (at) => {
    const { event, index, auditPath } = pick(ofRoot, at);
    const claim = { leaf: leafHash(event), index, size: root.size, path: auditPath, root: root.root };
    if (!verifyInclusion(claim)) throw new Error('a proof of the service does not verify');
  });
  return { generated, checked, hashed };
}

/** How many events a second VerifyLog reads, hashes and indexes anew. */
export async function rateVerification(client: AuditClient, { tenant }: History): Promise<number> {
  const started = performance.now();
  const { verdict, checkedEventCount } = await logVerdict(
    client.verifyLog({ tenant: `tenants/${tenant}` }, { timeoutMs: VERIFY_MS }),
  );
  if (verdict.$case !== 'consistent') throw new Error(`the log of ${tenant} does not verify`);
  return Number(checkedEventCount) / ((performance.now() - started) / 1000);
}

async function perSecond(count: number, work: (at: number) => unknown, each = 1): Promise<number> {
  const started = performance.now();
  for (let at = 0; at < count; at += each) await work(at);
  return count / ((performance.now() - started) / 1000);
}

function pick(proofs: readonly AuditProof[], at: number): AuditProof {
  const proof = proofs[at];
  if (!proof) throw new Error('the service answered no proof');
  return proof;
}
