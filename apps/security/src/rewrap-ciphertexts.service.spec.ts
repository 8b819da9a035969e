import type { DeepPartial } from '@weir/contracts';
import { CryptoServiceDefinition, type CryptoContext } from '@weir/contracts/security';
import { randomInt } from 'node:crypto';
import { refusal, soon, violations } from './testing/refusal.ts';
import { openRewrap, stored, toRewrap } from './testing/rewrap.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const context = { purpose: 'dataset', entries: { dataset: 'flights' } };
const crypto = () => security.client(CryptoServiceDefinition, security.adminToken);
const open = () => openRewrap((requests, options) => crypto().rewrapCiphertexts(requests, options));
const createKey = async (keyId: string): Promise<string> => {
  await crypto().createKey({ tenant: 'tenants/acme', keyId, key: { displayName: keyId } });
  return `tenants/acme/keys/${keyId}`;
};
const encrypt = async (name: string, texts: readonly string[], bound: DeepPartial<CryptoContext> = context) => {
  const items = texts.map((text) => ({ plaintext: Buffer.from(text) }));
  const { results } = await crypto().batchEncrypt({ name, items, context: bound });
  return results.map(({ ciphertext }) => ciphertext);
};
const decrypt = async (name: string, ciphertext: Buffer | undefined, bound: DeepPartial<CryptoContext> = context) =>
  (await crypto().decrypt({ name, ciphertext: ciphertext ?? Buffer.alloc(0), context: bound })).plaintext.toString();
const counts = async (name: string) =>
  (await crypto().describeKey({ name })).key?.versions.map(({ ciphertextCount }) => Number(ciphertextCount));

describe('rewrapping', () => {
  it('moves ciphertexts to the primary version, and their count once they are stored', async () => {
    const name = await createKey('moving');
    const old = await encrypt(name, ['a', 'b', 'c']);
    const about = await encrypt(name, ['d'], { ...context, subject: 'ann' });
    await crypto().rotateKey({ name });
    await using stream = open();

    const answer = await stream.send({ name, items: toRewrap([...old, ...about]), cursor: '1' });
    expect(answer).toMatchObject({ cursor: '1', confirmedCursor: '', keyVersion: 2, processedCount: 4n });
    expect(await counts(name)).toEqual([4, 4]);
    expect(await stream.send({ storedCursor: '1' })).toMatchObject({ cursor: '', confirmedCursor: '1', results: [] });

    expect(await counts(name)).toEqual([0, 4]);
    const moved = stored([...old, ...about], answer);
    expect(await decrypt(name, moved[1])).toBe('b');
    expect(await decrypt(name, moved[3], { ...context, subject: 'ann' })).toBe('d');
    expect(await decrypt(name, old[0])).toBe('a');
    const { proof } = await crypto().retireKeyVersion({ name, version: 1 });
    expect(proof).toMatchObject({ counted: 4n, rewrapped: 4n, discarded: 0n, erased: 0n, remaining: 0n });
    // Replayed from before: its version is no more.
    expect(await refusal(decrypt(name, old[0]))).toBe('DECRYPTION_FAILED');
  });

  it('answers unchanged, discarded and failed items in their place, and repeats change nothing', async () => {
    const name = await createKey('repeating');
    const old = await encrypt(name, ['a', 'b']);
    const { ciphertextId } = await crypto().encrypt({ name, plaintext: Buffer.from('gone'), context });
    await crypto().rotateKey({ name });
    const [fresh = Buffer.alloc(0)] = await encrypt(name, ['new']);
    const broken = Buffer.from(old[0] ?? '');
    broken.writeUInt8(broken.readUInt8(50) ^ 1, 50);
    const discard = { action: { $case: 'discardedCiphertextId' as const, value: ciphertextId } };
    const items = [...toRewrap([...old, fresh, broken, Buffer.from('x')]), discard];

    for (const cursor of ['1', '2']) {
      await using stream = open();
      const { results, failedCount } = await stream.send({ name, items, cursor });
      expect(results.map(({ outcome }) => outcome?.$case)).toEqual([
        ...['ciphertext', 'ciphertext', 'unchanged', 'error', 'error', 'discarded'],
      ]);
      expect(failedCount).toBe(2n);
    }

    expect(await counts(name)).toEqual([2, 3]);
  });

  it('is refused with a cursor that it does not know, without a key, with another key', async () => {
    const name = await createKey('refusing');
    const items = toRewrap(await encrypt(name, ['a']));
    const send = async (...messages: Parameters<ReturnType<typeof open>['send']>[0][]) => {
      await using stream = open();
      for (const message of messages) await stream.send(message);
    };

    expect(await refusal(send({ name, storedCursor: '9' }))).toBe('CURSOR_UNKNOWN');
    expect(await violations(send({ items, cursor: '1' }))).toEqual(['name']);
    expect(await violations(send({ name, items }))).toEqual(['cursor']);
    expect(await violations(send({ name, items, cursor: '1' }, { items, cursor: '1' }))).toEqual(['cursor']);
    expect(await violations(send({ name }, { name: 'tenants/acme/keys/other' }))).toEqual(['name']);
    expect(await refusal(send({ name: 'tenants/acme/keys/ghost' }))).toBe('KEY_NOT_FOUND');
    const event = await soon(() =>
      security.delivered.find(({ type, errorReason }) => type === 'rewrap_ciphertexts' && errorReason !== ''),
    );
    expect(event.resource).toBe(name);
  });

  it('ends when the version that it wraps by is retired, or its key destroyed', async () => {
    const name = await createKey('overtaken');
    const items = toRewrap(await encrypt(name, ['a']));
    await crypto().rotateKey({ name });
    await using stream = open();
    await stream.send({ name });
    await crypto().rotateKey({ name });
    await crypto().retireKeyVersion({ name, version: 2 });

    expect(await refusal(stream.send({ items, cursor: '1' }))).toBe('KEY_VERSION_RETIRED');
    await using second = open();
    await second.send({ name });
    await crypto().destroyKey({ name, reason: 'test', force: true });
    expect(await refusal(second.send({ items, cursor: '1' }))).toBe('KEY_DESTROYED');
  });

  it('loses nothing, however often it breaks off and begins again', async () => {
    const name = await createKey('breaking');
    const texts = Array.from({ length: 200 }, (_, at) => `record ${at}`);
    const disk = [
      ...(await encrypt(name, texts.slice(0, 150))),
      ...(await encrypt(name, texts.slice(150, 190))),
      ...(await Promise.all(texts.slice(190).map(async (text) => (await encrypt(name, [text]))[0] ?? Buffer.alloc(0)))),
    ];

    for (let version = 2; version <= 3; version += 1) {
      await crypto().rotateKey({ name });
      for (let confirmed = 0; confirmed < disk.length;) confirmed = await rewrapSome(name, disk, confirmed);
    }

    expect(await counts(name)).toEqual([0, 0, 200]);
    const { results } = await crypto().batchDecrypt({
      name,
      context,
      items: disk.map((ciphertext) => ({ ciphertext })),
    });
    const opened = results.map(({ outcome }) => (outcome?.$case === 'plaintext' ? outcome.value.toString() : ''));
    expect(opened).toEqual(texts);
    for (const version of [1, 2]) {
      const { proof } = await crypto().retireKeyVersion({ name, version });
      expect(proof?.remaining).toBe(0n);
    }
  });

  /** Rewraps from what is confirmed until it breaks off somewhere: after an answer, after storing, after confirming. */
  async function rewrapSome(name: string, disk: Buffer[], from: number): Promise<number> {
    await using stream = open();
    let confirmed = from;
    for (let at = from; at < disk.length;) {
      const sent = disk.slice(at, at + randomInt(1, 60));
      const answer = await stream.send({ name, items: toRewrap(sent), cursor: String(at + sent.length) });
      if (randomInt(6) === 0) return confirmed;
      disk.splice(at, sent.length, ...stored(sent, answer));
      if (randomInt(6) === 0) return confirmed;
      at += sent.length;
      if (randomInt(2) === 0 && at < disk.length) continue;
      confirmed = Number((await stream.send({ storedCursor: String(at) })).confirmedCursor);
    }
    return confirmed;
  }
});

describe('a version that is retired while others encrypt', () => {
  it('takes no ciphertext with it', async () => {
    const name = await createKey('racing');
    const sealed: Buffer[] = [];
    const over = new AbortController();
    const encrypting = Array.from({ length: 8 }, async () => {
      while (!over.signal.aborted) sealed.push(...(await encrypt(name, ['x'])));
    });

    for (let version = 1; version <= 8; version += 1) {
      await crypto().rotateKey({ name });
      const refused = await refusal(crypto().retireKeyVersion({ name, version }));
      expect([undefined, 'KEY_VERSION_IN_USE']).toContain(refused);
    }
    over.abort();
    await Promise.all(encrypting);

    // However many there were: one after the other.
    for (let from = 0; from < sealed.length; from += 1_000) {
      const items = sealed.slice(from, from + 1_000).map((ciphertext) => ({ ciphertext }));
      expect(await crypto().batchDecrypt({ name, items, context })).toMatchObject({ failedCount: 0 });
    }
    expect((await counts(name))?.reduce((sum, count) => sum + count)).toBe(sealed.length);
  });
});
