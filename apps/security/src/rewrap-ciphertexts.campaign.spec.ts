import { CryptoServiceDefinition } from '@weir/contracts/security';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openRewrap, stored, toRewrap } from './testing/rewrap.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const BATCHES = 100;
const BATCH = 10_000;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const context = { purpose: 'campaign', entries: {} };
const name = 'tenants/acme/keys/default';
const crypto = () => security.client(CryptoServiceDefinition, security.adminToken);

/** What is held once nothing is garbage. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Batches of ciphertexts of one length, in a file. */
async function write(file: FileHandle, ciphertexts: readonly Buffer[]): Promise<number> {
  await file.write(Buffer.concat(ciphertexts));
  return ciphertexts[0]?.length ?? 0;
}

async function read(file: FileHandle, batch: number, length: number): Promise<Buffer[]> {
  const bytes = Buffer.alloc(BATCH * length);
  await file.read(bytes, 0, bytes.length, batch * bytes.length);
  return Array.from({ length: BATCH }, (_, at) => bytes.subarray(at * length, (at + 1) * length));
}

describe('a million ciphertexts', () => {
  it('are rewrapped in one stream whose memory does not grow, and their old version is retired', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-rewrap-'));
    await using cleaning = new AsyncDisposableStack();
    cleaning.defer(() => rm(folder, { recursive: true }));
    await using file = await open(join(folder, 'ciphertexts'), 'wx+');
    const items = Array.from({ length: BATCH }, (_, at) => ({ plaintext: Buffer.from(String(at).padStart(8, '0')) }));
    let length = 0;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const { results } = await crypto().batchEncrypt({ name, items, context });
      length = await write(
        file,
        results.map(({ ciphertext }) => ciphertext),
      );
    }
    await crypto().rotateKey({ name });

    await using stream = openRewrap((requests, options) => crypto().rewrapCiphertexts(requests, options));
    let early = 0;
    let last: Buffer = Buffer.alloc(0);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const sent = await read(file, batch, length);
      const storedCursor = batch === 0 ? '' : String(batch - 1);
      const answer = await stream.send({ name, items: toRewrap(sent), cursor: String(batch), storedCursor });
      last = stored(sent, answer)[BATCH - 1] ?? last;
      if (batch === Math.floor(BATCHES / 10)) early = heldBytes();
    }
    const growth = heldBytes() - early;
    await stream.send({ storedCursor: String(BATCHES - 1) });

    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
    const { proof } = await crypto().retireKeyVersion({ name, version: 1 });
    expect(proof).toMatchObject({
      counted: BigInt(BATCHES * BATCH),
      rewrapped: BigInt(BATCHES * BATCH),
      remaining: 0n,
    });
    const { plaintext } = await crypto().decrypt({ name, ciphertext: last, context });
    expect(plaintext.toString()).toBe(String(BATCH - 1).padStart(8, '0'));
  }, 600_000);
});
