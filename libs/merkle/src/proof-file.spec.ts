import { generateKeyPairSync } from 'node:crypto';
import { verifyProof, type AuditProof } from './audit-proof.ts';
import { signCheckpoint } from './checkpoint.ts';
import { rootOf } from './compact-range.ts';
import { leafHash } from './hash.ts';
import { noteSigner } from './note-key.ts';
import { inclusionPath } from './proof.ts';
import { formatProofFile, parseProofFile } from './proof-file.ts';
import { naiveReader } from './testing/naive-tree.ts';

const signer = noteSigner('weir.example/tenants/acme', generateKeyPairSync('ed25519').privateKey);
const events = Array.from({ length: 5 }, (_, at) => Buffer.from(`event ${at}`));

async function proofOf(index: number): Promise<AuditProof> {
  const hashes = events.map(leafHash);
  const auditPath = await inclusionPath(BigInt(index), 5n, naiveReader(hashes));
  const event = Uint8Array.from(events[index] ?? []);
  return { event, index: BigInt(index), auditPath, checkpoint: signCheckpoint(signer, 5n, rootOf(hashes)) };
}

describe('a proof', () => {
  it('verifies offline with the key of the log', async () => {
    const proven = verifyProof(await proofOf(3), [signer]);
    expect(Buffer.from(proven.event).toString()).toBe('event 3');
    expect(proven.head.size).toBe(5n);
  });

  it('of another event, index or log does not', async () => {
    const proof = await proofOf(3);
    expect(() => verifyProof({ ...proof, event: Buffer.from('event 4') }, [signer])).toThrow(/do not lead to the root/);
    expect(() => verifyProof({ ...proof, index: 2n }, [signer])).toThrow(/do not lead to the root/);
    expect(() => verifyProof({ ...proof, index: 5n }, [signer])).toThrow(/not below the tree size/);
    const other = noteSigner('weir.example/tenants/acme', generateKeyPairSync('ed25519').privateKey);
    expect(() => verifyProof(proof, [other])).toThrow(/no trusted key/);
  });
});

describe('a proof file', () => {
  it('comes out as it went in', async () => {
    for (const index of [0, 3]) {
      const proof = await proofOf(index);
      const [read] = parseProofFile(formatProofFile({ proof, verifierKey: signer.verifierKey }));
      expect(read?.verifierKey).toBe(signer.verifierKey);
      expect(verifyProof(read?.proof ?? proof, [signer]).index).toBe(BigInt(index));
    }
  });

  it('may be what grpcurl prints, or an export', async () => {
    const { event, auditPath, checkpoint } = await proofOf(0);
    // Proto3 JSON leaves out index 0.
    const proof = {
      event: Buffer.from(event).toString('base64'),
      auditPath: auditPath.map((hash) => Buffer.from(hash).toString('base64')),
      checkpoint,
    };
    const logged = { name: 'tenants/acme/events/1', event: { id: '1' }, proof };
    const forms = [
      JSON.stringify(proof),
      JSON.stringify({ proof }, undefined, 2),
      JSON.stringify({ event: logged }),
      JSON.stringify({ events: [logged] }),
      `${JSON.stringify(logged)}\n`,
    ];
    for (const form of forms)
      expect(verifyProof(parseProofFile(form)[0]?.proof ?? (await proofOf(1)), [signer]).index).toBe(0n);
    expect(parseProofFile(`${JSON.stringify(logged)}\n${JSON.stringify(logged)}\n`)).toHaveLength(2);
    // What is beside the proof is handed on, to be compared: forms of a proof alone have nothing beside it.
    const readable = forms.map((form) => parseProofFile(form)[0]?.readable);
    expect(readable).toEqual([undefined, undefined, logged, logged, logged]);
  });

  it.each([
    ['', 'the file holds no proof'],
    ['{}', 'the file holds no proof'],
    ['[1]', 'the file holds no proof'],
    ['{"proof": {"event": "!", "checkpoint": ""}}', '"event" is not base64'],
    ['{"proof": {"event": "", "index": "x", "checkpoint": ""}}', '"index" is not a number'],
    ['{"proof": {"event": "", "auditPath": 1, "checkpoint": ""}}', '"auditPath[0]" is not base64'],
    ['{"a": 1}\nnonsense', 'line 1 holds no proof'],
  ])('%j is refused with what is wrong', (text, problem) => {
    expect(() => parseProofFile(text)).toThrow(problem);
  });
});
