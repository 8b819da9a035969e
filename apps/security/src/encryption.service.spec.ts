import { platformScope } from '@weir/context';
import { Outcome } from '@weir/contracts/audit';
import { Role } from '@weir/contracts/security';
import { isReason } from '@weir/errors';
import { sql } from 'kysely';
import { context, cryptoFixture, name } from './testing/crypto-fixture.ts';
import { refusal, soon, violations } from './testing/refusal.ts';

const fixture = cryptoFixture();
const { crypto, encrypt, decrypt, createKey, counts } = fixture;

describe('a payload', () => {
  it('is encrypted under the default key, which its first use makes, and decrypted', async () => {
    const before = new Date();
    const answer = await crypto().encrypt({ name, plaintext: Buffer.from('a secret'), context });

    const opened = await crypto().decrypt({ name, ciphertext: answer.ciphertext, context });
    expect(opened.plaintext.toString()).toBe('a secret');
    expect(opened.keyVersion).toBe(1);
    expect(Number(opened.encryptedAt)).toBeGreaterThanOrEqual(Number(before));
    expect(answer.ciphertext.includes(Buffer.from('a secret'))).toBe(false);
    expect(await refusal(encrypt('x', context, 'tenants/acme/keys/ghost'))).toBe('KEY_NOT_FOUND');
  });

  it('of no bytes or of four million is one too', async () => {
    const large = Buffer.alloc(4_000_000, 7);
    const { ciphertext } = await crypto().encrypt({ name, plaintext: large, context });

    expect((await crypto().decrypt({ name, ciphertext, context })).plaintext.equals(large)).toBe(true);
    expect(await decrypt(await encrypt(''))).toBe('');
    const tooLarge = crypto().encrypt({ name, plaintext: Buffer.alloc(4_000_001), context });
    expect(await violations(tooLarge)).toEqual(['plaintext']);
  });

  it('goes on decrypting after its key was rotated', async () => {
    const key = await createKey('turning');
    const old = await encrypt('old', context, key);
    await crypto().rotateKey({ name: key });
    const { ciphertext, keyVersion } = await crypto().encrypt({ name: key, plaintext: Buffer.from('new'), context });

    expect(keyVersion).toBe(2);
    expect([await decrypt(old, context, key), await decrypt(ciphertext, context, key)]).toEqual(['old', 'new']);
  });

  it('is counted once for each that many callers encrypt at once', async () => {
    const key = await createKey('busy');

    const made = await Promise.all(Array.from({ length: 50 }, (_, at) => encrypt(`payload ${at}`, context, key)));

    expect(await counts(key)).toEqual([50n]);
    const opened = await Promise.all(made.map((ciphertext) => decrypt(ciphertext, context, key)));
    expect(opened).toEqual(made.map((_, at) => `payload ${at}`));
  });

  it('is counted in the transaction that writes its event: without the one there is not the other', async () => {
    const key = await createKey('unwritten');
    const { database } = fixture.security;
    const run = (statement: string) => database.within(platformScope(), (tx) => sql.raw(statement).execute(tx));
    await encrypt('x', context, key);

    await run(`
      create function refuse_event() returns trigger language plpgsql as $$ begin raise 'no events'; end $$;
      create trigger refuse_event before insert on audit_outbox for each row execute function refuse_event()`);
    const refused = await refusal(encrypt('y', context, key));
    await run('drop trigger refuse_event on audit_outbox; drop function refuse_event()');

    expect(refused).toBe('INTERNAL');
    expect(await counts(key)).toEqual([1n]);
  });

  it('names every broken field of a request', async () => {
    const entries = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, 'v']));
    const broken = crypto().encrypt({ name: 'x', context: { purpose: 'No', entries, subject: 'x'.repeat(257) } });

    expect(await violations(broken)).toEqual(['name', 'context.purpose', 'context.entries', 'context.subject']);
    expect(await violations(crypto().decrypt({ name }))).toEqual(['ciphertext', 'context']);
  });
});

describe('a batch', () => {
  const items = ['the first', 'two'.repeat(20), 'three'].map((text) => ({ plaintext: Buffer.from(text) }));

  it('has results in the order of its items, each of which decrypts on its own', async () => {
    const key = await createKey('batches');
    const own = { purpose: 'other', entries: {}, subject: 'ann' };
    const answer = await crypto().batchEncrypt({
      name: key,
      context,
      items: [...items, { plaintext: Buffer.from('four'), context: own }],
    });

    const [first, , , fourth] = answer.results;
    expect(await decrypt(first?.ciphertext ?? Buffer.alloc(0), context, key)).toBe('the first');
    expect(await decrypt(fourth?.ciphertext ?? Buffer.alloc(0), own, key)).toBe('four');
    expect(new Set(answer.results.map(({ ciphertextId }) => ciphertextId)).size).toBe(4);
    expect(await counts(key)).toEqual([4n]);
  });

  it('decrypts what it can, and counts what failed', async () => {
    const { results } = await crypto().batchEncrypt({ name, context, items, dataKeyPerItem: true });
    const [one, two, three] = results.map(({ ciphertext }) => Buffer.from(ciphertext));
    two?.writeUInt8(two.readUInt8(200) ^ 1, 200);

    const answer = await crypto().batchDecrypt({
      name,
      context,
      items: [one, two, three, Buffer.alloc(0)].map((ciphertext) => ({ ciphertext: ciphertext ?? Buffer.alloc(0) })),
    });

    expect(answer.failedCount).toBe(2);
    expect(answer.results.map(({ outcome }) => outcome?.$case)).toEqual(['plaintext', 'error', 'plaintext', 'error']);
    expect(answer.results[3]?.outcome?.value).toEqual({ reason: 'DECRYPTION_FAILED' });
  });

  it('is refused before anything is encrypted when its answer would be too large', async () => {
    const many = Array.from({ length: 10_000 }, () => ({ plaintext: Buffer.alloc(250) }));

    expect(await violations(crypto().batchEncrypt({ name, context, items: many }))).toEqual(['items']);
    expect(await violations(crypto().batchEncrypt({ name, context, items: [] }))).toEqual(['items']);
  });

  it('of thousands comes back whole', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => ({ plaintext: Buffer.from(`record ${at}`) }));
    const { results } = await crypto().batchEncrypt({ name, context, items: many });

    const sealed = results.map(({ ciphertext }) => ({ ciphertext }));
    const opened = await crypto().batchDecrypt({ name, context, items: sealed });
    expect(opened.failedCount).toBe(0);
    const texts = opened.results.map(({ outcome }) => (outcome?.$case === 'plaintext' ? outcome.value.toString() : ''));
    expect(texts).toEqual(many.map(({ plaintext }) => plaintext.toString()));
  });
});

describe('a data key', () => {
  it('is answered in the clear and wrapped, or wrapped only', async () => {
    const { plaintextKey, wrappedKey } = await crypto().generateDataKey({ name, context });
    const hidden = await crypto().generateDataKey({ name, context, withoutPlaintext: true });

    const unwrapped = await crypto().decrypt({ name, ciphertext: wrappedKey, context });
    expect(unwrapped.plaintext.equals(plaintextKey)).toBe(true);
    expect(plaintextKey).toHaveLength(32);
    expect(hidden.plaintextKey).toHaveLength(0);
    expect((await crypto().decrypt({ name, ciphertext: hidden.wrappedKey, context })).plaintext).toHaveLength(32);
  });
});

describe('a decryption that fails', () => {
  it('says the same whatever the cause, and leaves its event', async () => {
    const key = await createKey('uniform');
    const other = await createKey('other');
    const ciphertext = await encrypt('x', context, key);
    const attempts = [
      decrypt(ciphertext, { ...context, purpose: 'audit-details' }, key),
      decrypt(ciphertext, { ...context, entries: { dataset: 'flights' } }, key),
      decrypt(ciphertext, { ...context, subject: 'ann' }, key),
      decrypt(ciphertext, context, other),
      decrypt(ciphertext, context, 'tenants/acme/keys/ghost'),
      decrypt(ciphertext, context, 'tenants/globex/keys/uniform'),
      decrypt(ciphertext.subarray(0, 40), context, key),
      decrypt(Buffer.from('not a ciphertext'), context, key),
    ];
    const errors = (await Promise.allSettled(attempts)).map((settled) =>
      settled.status === 'rejected' && isReason(settled.reason, 'DECRYPTION_FAILED')
        ? JSON.stringify([settled.reason.message, settled.reason.metadata, settled.reason.details])
        : `no: ${JSON.stringify(settled)}`,
    );

    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toContain('the ciphertext does not decrypt');
    const failed = await soon(() => {
      const events = fixture.security.delivered.filter(
        ({ type, outcome, resource }) =>
          type === 'data_decryption' && outcome === Outcome.REFUSED && resource.endsWith('/uniform'),
      );
      return events.length >= 6 ? events : undefined;
    });
    expect(failed[0]?.details).toMatchObject({ purpose: expect.any(String) as string, item_count: 1 });
  });

  it('does not reach another tenant with its own token', async () => {
    const spy = crypto(await fixture.security.tokenFor('globex', 'decrypter', Role.DATA_ADMIN));
    const ciphertext = await encrypt('x');

    expect(await refusal(spy.decrypt({ name, ciphertext, context }))).toBe('FOREIGN_TENANT');
    const own = { name: 'tenants/globex/keys/default', ciphertext, context };
    expect(await refusal(spy.decrypt(own))).toBe('DECRYPTION_FAILED');
  });
});

describe('the event of an encryption', () => {
  it('has size, context and id, and nothing of payload or person', async () => {
    const bound = { ...context, subject: 'ann@example.com' };
    const plaintext = Buffer.from('very private');
    const { ciphertextId } = await crypto().encrypt({ name, plaintext, context: bound });

    const event = await soon(() =>
      fixture.security.delivered.find(({ details }) => details?.ciphertext_id === ciphertextId),
    );
    expect(event).toMatchObject({ type: 'data_encryption', dataSizeBytes: 12n, resource: name });
    expect(event.details).toMatchObject({ purpose: 'dataset', context: '{"dataset":"flights","part":"1"}' });
    const text = JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain('private');
    expect(text).not.toContain('ann');
  });
});
