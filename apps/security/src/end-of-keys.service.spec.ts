import { platformScope } from '@weir/context';
import { context, cryptoFixture } from './testing/crypto-fixture.ts';
import { refusal, soon } from './testing/refusal.ts';

const fixture = cryptoFixture();
const { crypto, encrypt, decrypt, createKey, counts } = fixture;

describe('a version', () => {
  it('is retired when nothing needs it, with its balance, and never before', async () => {
    const key = await createKey('retiring');
    await encrypt('x', context, key);
    expect(await refusal(crypto().retireKeyVersion({ name: key, version: 1 }))).toBe('KEY_VERSION_IS_PRIMARY');
    await crypto().rotateKey({ name: key });
    await crypto().rotateKey({ name: key });
    expect(await refusal(crypto().retireKeyVersion({ name: key, version: 1 }))).toBe('KEY_VERSION_IN_USE');
    expect(await refusal(crypto().retireKeyVersion({ name: key, version: 9 }))).toBe('KEY_VERSION_NOT_FOUND');

    const { key: retired, proof } = await crypto().retireKeyVersion({ name: key, version: 2 });

    expect(retired?.versions.map(({ state }) => state)).toEqual([2, 3, 1]);
    expect(proof).toMatchObject({ counted: 0n, remaining: 0n });
    const event = await soon(() => fixture.security.delivered.find(({ id }) => id === proof?.auditEventId));
    expect(event).toMatchObject({ type: 'retire_key_version', details: { version: 2, counted: 0, remaining: 0 } });
    expect((await crypto().retireKeyVersion({ name: key, version: 2 })).proof).toEqual(proof);
  });
});

describe('a destroyed key', () => {
  it('takes what it encrypted with it, and its name', async () => {
    const key = await createKey('doomed');
    const ciphertext = await encrypt('x', context, key);
    expect(await decrypt(ciphertext, context, key)).toBe('x');
    expect(await refusal(crypto().destroyKey({ name: key, reason: 'test' }))).toBe('KEY_IN_USE');

    const answer = await crypto().destroyKey({ name: key, reason: 'test', force: true });

    expect(answer.lostCiphertextCount).toBe(1n);
    expect(await refusal(decrypt(ciphertext, context, key))).toBe('DECRYPTION_FAILED');
    expect(await refusal(encrypt('x', context, key))).toBe('KEY_DESTROYED');
    expect(await refusal(createKey('doomed'))).toBe('KEY_EXISTS');
    expect(await crypto().destroyKey({ name: key, reason: 'again' })).toEqual(answer);
    await fixture.security.parts.ciphertexts.purge(1_000);
    const left = await fixture.security.database.within(platformScope(), (tx) =>
      tx.selectFrom('crypto_ciphertexts').select('key').where('key', '=', 'doomed').execute(),
    );
    expect(left).toEqual([]);
  });
});

describe('what is about a person', () => {
  it('is gone with the share of the person, under every key, and leaves the counts', async () => {
    const key = await createKey('people');
    const ann = { ...context, subject: 'ann' };
    const ben = { ...context, subject: 'ben' };
    const sealed = await Promise.all([encrypt('a', ann, key), encrypt('b', ben, key), encrypt('a2', ann)]);
    const { subjectId } = fixture.security.parts.openKeys;
    const erased = async (validateOnly: boolean) =>
      fixture.security.parts.ciphertexts.eraseSubject(
        { tenant: 'acme' },
        'acme',
        await subjectId('acme', 'ann'),
        validateOnly,
      );

    expect(await erased(true)).toEqual({
      keys: expect.any(Number) as number,
      ciphertexts: expect.any(BigInt) as bigint,
    });
    expect(await counts(key)).toEqual([2n]);
    expect((await erased(false)).keys).toBeGreaterThanOrEqual(2);

    expect(await refusal(decrypt(sealed[0], ann, key))).toBe('DECRYPTION_FAILED');
    expect(await refusal(decrypt(sealed[2], ann))).toBe('DECRYPTION_FAILED');
    expect(await decrypt(sealed[1], ben, key)).toBe('b');
    expect(await counts(key)).toEqual([1n]);
    // Somebody of the same id who comes later begins anew.
    const later = await encrypt('new', ann, key);
    expect(await decrypt(later, ann, key)).toBe('new');
    expect(await refusal(decrypt(sealed[0], ann, key))).toBe('DECRYPTION_FAILED');
  });
});
