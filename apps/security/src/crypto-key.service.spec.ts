import { CryptoKeyState, CryptoKeyVersionState, CryptoServiceDefinition, Role } from '@weir/contracts/security';
import { platformScope } from '@weir/context';
import { sql } from 'kysely';
import { rotateDueKeys } from './keys/rotate-due-keys.ts';
import { versionContext } from './keys/key-versions.ts';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const crypto = (token = security.adminToken) => security.client(CryptoServiceDefinition, token);
const create = (keyId: string, rotateDays?: number) =>
  crypto().createKey({
    tenant: 'tenants/acme',
    keyId,
    key: {
      displayName: keyId,
      rotateEvery: rotateDays === undefined ? undefined : { seconds: BigInt(rotateDays * 86_400) },
    },
  });

describe('a key', () => {
  it('is created once, described, and rotated to a new primary version', async () => {
    const { key } = await create('orders', 30);
    expect(key).toMatchObject({ name: 'tenants/acme/keys/orders', state: CryptoKeyState.ACTIVE, primaryVersion: 1 });
    expect(Number(key?.rotateAt) - Number(key?.createdAt)).toBe(30 * 86_400_000);
    expect(await refusal(create('orders'))).toBe('KEY_EXISTS');

    const rotated = await crypto().rotateKey({ name: 'tenants/acme/keys/orders', etag: key?.etag ?? '' });

    expect(rotated.key?.versions.map(({ version, state }) => [version, state])).toEqual([
      [1, CryptoKeyVersionState.DECRYPT_ONLY],
      [2, CryptoKeyVersionState.PRIMARY],
    ]);
    expect(await crypto().describeKey({ name: 'tenants/acme/keys/orders' })).toEqual(rotated);
    expect(await refusal(crypto().rotateKey({ name: 'tenants/acme/keys/orders', etag: key?.etag ?? '' }))).toBe(
      'ETAG_MISMATCH',
    );
    expect(await refusal(crypto().describeKey({ name: 'tenants/acme/keys/ghost' }))).toBe('KEY_NOT_FOUND');
  });

  it('changes nothing with validate_only, and lists every broken field', async () => {
    const key = { displayName: 'Draft' };
    await crypto().createKey({ tenant: 'tenants/acme', keyId: 'draft', key, validateOnly: true });
    expect(await refusal(crypto().describeKey({ name: 'tenants/acme/keys/draft' }))).toBe('KEY_NOT_FOUND');

    const broken = crypto().createKey({ tenant: 'tenants/acme', keyId: 'X', key: { rotateEvery: { seconds: 1n } } });
    expect(await violations(broken)).toEqual(['key_id', 'key.display_name', 'key.rotate_every']);
  });

  it('of another tenant is out of reach', async () => {
    await create('private');
    const spy = crypto(await security.tokenFor('globex', 'spy', Role.DATA_ADMIN));

    expect(await refusal(spy.describeKey({ name: 'tenants/acme/keys/private' }))).toBe('FOREIGN_TENANT');
  });

  it('has material that only the master key opens, and only as what it is', async () => {
    await create('sealed');
    const rows = await security.database.within(platformScope(), (tx) =>
      tx.selectFrom('crypto_key_versions').selectAll().where('key', '=', 'sealed').execute(),
    );
    const material = rows[0]?.material ?? Buffer.alloc(0);

    expect(security.master.open(material, versionContext({ tenant: 'acme', id: 'sealed' }, 1))).toHaveLength(32);
    expect(() => security.master.open(material, versionContext({ tenant: 'globex', id: 'sealed' }, 1))).toThrow();
  });

  it('is rotated by itself when its primary version is too old', async () => {
    await create('ageing', 1);
    await security.database.within(platformScope(), (tx) =>
      sql`update crypto_key_versions set created_at = now() - interval '2 days' where key = 'ageing'`.execute(tx),
    );
    const { database, master, parts } = security;
    const journal = { append: () => Promise.resolve(), wake: () => undefined };
    const due = { database, master, cryptoKeys: parts.cryptoKeys, journal };

    await Promise.all([rotateDueKeys(due), rotateDueKeys(due)]);

    const { key } = await crypto().describeKey({ name: 'tenants/acme/keys/ageing' });
    expect(key?.primaryVersion).toBe(2);
  });
});
