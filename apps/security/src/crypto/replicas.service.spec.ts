import type { Client } from '@weir/client';
import {
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  type BatchDecryptResult,
  type CryptoContext,
} from '@weir/contracts/security';
import type { DeepPartial } from '@weir/contracts';
import { refusal, soon } from '../testing/refusal.ts';
import { openRewrap, stored, toRewrap } from '../testing/rewrap.ts';
import { startSecurity, type RunningSecurity } from '../testing/start-security.ts';

type Crypto = Client<typeof CryptoServiceDefinition>;

let one: RunningSecurity;
let other: RunningSecurity;
let here: Crypto;
let there: Crypto;
beforeAll(async () => {
  one = await startSecurity();
  other = await startSecurity({ beside: one });
  here = one.client(CryptoServiceDefinition, one.adminToken);
  there = other.client(CryptoServiceDefinition, other.adminToken);
}, 60_000);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
});

const tenant = 'tenants/acme';
const context = { purpose: 'dataset', entries: { dataset: 'flights' } };
const about = { ...context, subject: 'ann' };
const createKey = async (keyId: string): Promise<string> => {
  await here.createKey({ tenant, keyId, key: { displayName: keyId } });
  return `${tenant}/keys/${keyId}`;
};
const seal = (crypto: Crypto, name: string, bound: DeepPartial<CryptoContext> = context) =>
  crypto.encrypt({ name, plaintext: Buffer.from('x'), context: bound });

/** Both replicas keep the key in memory and go on using it, for a person and for nobody, until `work` is done. */
async function whileUsing(name: string, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const uses = [here, there].flatMap((crypto) => [context, about].map((bound) => ({ crypto, bound })));
  const ready = await Promise.all(uses.map(async (use) => ({ ...use, ...(await seal(use.crypto, name, use.bound)) })));
  const users = ready.map(async ({ crypto, bound, ciphertext }) => {
    while (!isOver) await crypto.decrypt({ name, ciphertext, context: bound }).catch(() => undefined);
  });
  await work().finally(() => (isOver = true));
  await Promise.all(users);
}

describe('a key in the memory of two replicas', () => {
  it('encrypts under its new version everywhere, as soon as one has rotated it', async () => {
    const name = await createKey('rotated');

    await whileUsing(name, async () => {
      for (let version = 2; version <= 8; version += 1) {
        const [rotates, uses] = version % 2 === 0 ? [here, there] : [there, here];
        await rotates.rotateKey({ name });
        expect((await seal(uses, name)).keyVersion).toBe(version);
        expect((await seal(uses, name, about)).keyVersion).toBe(version);
      }
    });
  });

  it('opens nothing of a version anywhere, as soon as one has retired it', async () => {
    const name = await createKey('retired');
    const { ciphertext } = await seal(here, name);
    expect((await there.decrypt({ name, ciphertext, context })).plaintext.toString()).toBe('x');
    await there.rotateKey({ name });
    await using stream = openRewrap((requests, options) => there.rewrapCiphertexts(requests, options));
    const answer = await stream.send({ name, items: toRewrap([ciphertext]), cursor: '1' });
    await stream.send({ storedCursor: '1' });
    const [moved = Buffer.alloc(0)] = stored([ciphertext], answer);

    await whileUsing(name, async () => {
      await there.retireKeyVersion({ name, version: 1 });

      for (const crypto of [here, there]) {
        expect(await refusal(crypto.decrypt({ name, ciphertext, context }))).toBe('DECRYPTION_FAILED');
        expect((await crypto.decrypt({ name, ciphertext: moved, context })).plaintext.toString()).toBe('x');
      }
    });
  });

  it('opens nothing about a person anywhere, as soon as one has erased them', async () => {
    const name = await createKey('erased');
    const { ciphertext } = await seal(here, name, about);
    expect(await refusal(there.decrypt({ name, ciphertext, context: about }))).toBeUndefined();
    const { ciphertext: free } = await seal(here, name);

    await other
      .client(ComplianceServiceDefinition, other.adminToken)
      .eraseSubject({ tenant, subject: 'ann', reason: 'asked' });

    for (const crypto of [here, there]) {
      expect(await refusal(crypto.decrypt({ name, ciphertext, context: about }))).toBe('DECRYPTION_FAILED');
      expect(await refusal(crypto.decrypt({ name, ciphertext: free, context }))).toBeUndefined();
    }
  });

  it('does nothing anywhere, as soon as one has destroyed it', async () => {
    const name = await createKey('destroyed');
    const { ciphertext } = await seal(here, name);

    await whileUsing(name, async () => {
      await there.destroyKey({ name, reason: 'end of contract', force: true });

      for (const crypto of [here, there]) {
        expect(await refusal(seal(crypto, name))).toBe('KEY_DESTROYED');
        expect(await refusal(crypto.decrypt({ name, ciphertext, context }))).toBe('DECRYPTION_FAILED');
      }
    });
  });
});

describe('wrapped keys that were swapped', () => {
  const WRAPPED = [46, 106] as const;
  /** Two ciphertexts, each with the stretch of the other. */
  const swapped = (a: Buffer, b: Buffer, [from, to]: readonly [number, number]): [Buffer, Buffer] => {
    const [first, second] = [Buffer.from(a), Buffer.from(b)];
    b.copy(first, from, from, to);
    a.copy(second, from, from, to);
    return [first, second];
  };
  const texts = (results: readonly BatchDecryptResult[]) =>
    results.map(({ outcome }) => (outcome?.$case === 'plaintext' ? outcome.value.toString() : outcome?.value.reason));

  it('within a batch, with their commitments or without, are refused like anything else, and audited', async () => {
    const name = await createKey('swapped');
    const items = ['a', 'b', 'c', 'd', 'e'].map((text) => ({ plaintext: Buffer.from(text) }));
    const { results } = await here.batchEncrypt({ name, items, context, dataKeyPerItem: true });
    const [a, b, c, d, e] = results.map(({ ciphertext }) => ciphertext) as [Buffer, Buffer, Buffer, Buffer, Buffer];
    const forged = [...swapped(a, b, WRAPPED), ...swapped(c, d, [WRAPPED[0], 138])];

    const answer = await here.batchDecrypt({
      name,
      context,
      items: [...forged, e, a].map((ciphertext) => ({ ciphertext })),
    });

    const no = 'DECRYPTION_FAILED';
    expect(texts(answer.results)).toEqual([no, no, no, no, 'e', 'a']);
    expect(answer.failedCount).toBe(4);
    for (const ciphertext of forged) expect(await refusal(here.decrypt({ name, ciphertext, context }))).toBe(no);
    const events = await soon(() => {
      // Either replica may have delivered them.
      const all = [...one.delivered, ...other.delivered];
      const own = all.filter(({ type, resource }) => type === 'data_decryption' && resource === name);
      return new Set(own.map(({ id }) => id)).size >= 5 ? own : undefined;
    });
    expect(events.some(({ details }) => details?.failed_count === 4)).toBe(true);
    expect(new Set(events.filter(({ errorReason }) => errorReason === no).map(({ id }) => id)).size).toBe(4);
  });

  it('between batches, or indices within one that shares a data key, are refused too', async () => {
    const name = await createKey('mixed');
    const batch = async () => {
      const items = ['a', 'b', 'c'].map((text) => ({ plaintext: Buffer.from(text) }));
      return (await here.batchEncrypt({ name, items, context })).results.map(({ ciphertext }) => ciphertext);
    };
    const [[a, b, c], [x]] = [await batch(), await batch()] as [[Buffer, Buffer, Buffer], [Buffer]];
    const moved = [...swapped(a, x, WRAPPED), ...swapped(a, b, [20, 22])];

    const { results } = await here.batchDecrypt({
      name,
      context,
      items: [a, ...moved, b, c].map((ciphertext) => ({ ciphertext })),
    });

    const no = 'DECRYPTION_FAILED';
    expect(texts(results)).toEqual(['a', no, no, no, no, 'b', 'c']);
  });
});
