import { platformScope } from '@weir/context';
import { CryptoServiceDefinition } from '@weir/contracts/security';
import { sql } from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import { field, privacyFixture, rule, tenant } from '../testing/privacy-fixture.ts';

const fixture = privacyFixture();
const crypto = () => fixture.security.client(CryptoServiceDefinition, fixture.security.adminToken);
const run = (statement: string) =>
  fixture.security.database.within(platformScope(), (tx) => sql.raw(statement).execute(tx));

const keyOf = async (keyId: string): Promise<string> => {
  await crypto().createKey({ tenant, keyId, key: { displayName: keyId } });
  return `${tenant}/keys/${keyId}`;
};
const countOf = async (name: string) =>
  Number((await crypto().describeKey({ name })).key?.versions[0]?.ciphertextCount ?? -1n);
const keptUnder = async (name: string) =>
  (
    await fixture.security.database.within(platformScope(), (tx) =>
      tx
        .selectFrom('pii_tokens')
        .select('token')
        .where('key', '=', name.split('/').at(-1) ?? '')
        .execute(),
    )
  ).length;
const tokenize = (key: string, mail: string) =>
  fixture.anonymize(
    { who: 'ann', mail },
    { rules: [rule(field('mail'), { $case: 'tokenize', value: { key } })], subjectField: 'who' },
  );

/** Every transaction that writes a row of the table ends there, with its connection, while `work` runs. */
async function whileKilled(table: string, work: () => Promise<void>): Promise<void> {
  await run(`
    create function kill_writer() returns trigger language plpgsql as $$
    begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
    create trigger kill_writer before insert on ${table} for each row execute function kill_writer()`);
  await work();
  await until(async () => run(`drop trigger kill_writer on ${table}; drop function kill_writer()`));
}

/** Until the database, which lost a connection, is there again. */
async function until(works: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const done = await works().then(
      () => true,
      () => false,
    );
    if (done) return;
    await wait(20);
  }
}

describe('a new token', () => {
  it.each(['pii_tokens', 'crypto_ciphertexts'])(
    'that was about to be kept when its connection was killed at %s is neither kept nor counted',
    async (table) => {
      const name = await keyOf(`killed-at-${table.replace('_', '-')}`);

      await whileKilled(table, async () => {
        await expect(tokenize(name, 'a@a.example')).rejects.toThrow();
      });

      expect([await keptUnder(name), await countOf(name)]).toEqual([0, 0]);
      await tokenize(name, 'a@a.example');
      expect([await keptUnder(name), await countOf(name)]).toEqual([1, 1]);
    },
  );

  it('that many calls keep at the same moment is counted once', async () => {
    const name = await keyOf('raced');
    const mails = ['a', 'b', 'c'].map((who) => `${who}@a.example`);

    await Promise.all(Array.from({ length: 12 }, (_, at) => tokenize(name, mails[at % 3] ?? '')));

    expect([await keptUnder(name), await countOf(name)]).toEqual([3, 3]);
  });
});
