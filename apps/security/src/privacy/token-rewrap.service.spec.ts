import { AnonymizationOptions, CryptoServiceDefinition } from '@weir/contracts/security';
import { field, privacyFixture, rule, tenant } from '../testing/privacy-fixture.ts';
import { refusal, soon } from '../testing/refusal.ts';
import { startSecurity } from '../testing/start-security.ts';
import { setTimeout as wait } from 'node:timers/promises';

const fixture = privacyFixture();
const { anonymize, privacy } = fixture;
const crypto = () => fixture.security.client(CryptoServiceDefinition, fixture.security.adminToken);
const back = async (token: string) => (await privacy().reidentifyToken({ tenant, token, reason: 'a test' })).value;

const keyOf = async (keyId: string): Promise<string> => {
  await crypto().createKey({ tenant, keyId, key: { displayName: keyId } });
  return `${tenant}/keys/${keyId}`;
};
const counts = async (name: string) =>
  (await crypto().describeKey({ name })).key?.versions.map(({ ciphertextCount }) => Number(ciphertextCount));

const tokenize = (key: string) => ({
  rules: [rule(field('mail'), { $case: 'tokenize', value: { key } })],
  subjectField: 'who',
});
const tokenOf = async (key: string, mail: string, who = '') =>
  (await anonymize({ who, mail }, tokenize(key))).record.mail_token as string;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}

describe('tokens', () => {
  it('follow their key to its next version, so that the one before can be retired', async () => {
    const name = await keyOf('followed');
    const values = ['a@a.example', 'b@a.example', 'c@a.example'];
    const tokens = [
      await tokenOf(name, values[0] ?? ''),
      await tokenOf(name, values[1] ?? '', 'ann'),
      await tokenOf(name, values[2] ?? '', 'bob'),
    ];
    expect(await counts(name)).toEqual([3]);

    await crypto().rotateKey({ name });
    await until(async () => (await counts(name))?.[0] === 0);

    expect(await counts(name)).toEqual([0, 3]);
    const { proof } = await crypto().retireKeyVersion({ name, version: 1 });
    expect(proof).toMatchObject({ counted: 3n, rewrapped: 3n, discarded: 0n, remaining: 0n });
    expect(await Promise.all(tokens.map(back))).toEqual(values);
    const told = await soon(() => {
      const events = fixture.security.delivered.filter((one) => one.type === 'rewrap_tokens' && one.resource === name);
      return events.length > 0 ? events : undefined;
    });
    expect(told.map(({ details }) => details)).toEqual([{ version: 2, rewrapped: 3, failed: 0 }]);
  });

  it('that callers keep ciphertexts beside do not hide those: the version stays in use', async () => {
    const name = await keyOf('shared');
    await tokenOf(name, 'd@a.example');
    await crypto().encrypt({ name, plaintext: Buffer.from('x'), context: { purpose: 'dataset' } });
    await crypto().rotateKey({ name });
    await until(async () => (await counts(name))?.[0] === 1);

    expect(await refusal(crypto().retireKeyVersion({ name, version: 1 }))).toBe('KEY_VERSION_IN_USE');
  });

  it('are counted once each, however many calls make the same ones at the same moment', async () => {
    const name = await keyOf('raced');
    const records = {
      records: Array.from({ length: 50 }, (_, at) => ({ who: `p${at % 7}`, mail: `r${at}@a.example` })),
    };
    const options = AnonymizationOptions.fromPartial(tokenize(name));

    await Promise.all(Array.from({ length: 6 }, () => privacy().anonymizeRecords({ tenant, records, options })));

    expect(await counts(name)).toEqual([50]);
  });

  it('are moved once, by however many replicas', async () => {
    const name = await keyOf('replicated');
    const records = { records: Array.from({ length: 2_500 }, (_, at) => ({ mail: `m${at}@a.example` })) };
    const options = AnonymizationOptions.fromPartial(tokenize(name));
    await privacy().anonymizeRecords({ tenant, records, options });
    await using other = await startSecurity({ beside: fixture.security });

    await crypto().rotateKey({ name });
    await Promise.all([fixture.security, other, other].map(({ parts }) => parts.rewrapTokens()));

    await until(async () => (await counts(name))?.[0] === 0);
    expect(await counts(name)).toEqual([0, 2_500]);
  });
});
