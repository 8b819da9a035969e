import { platformScope } from '@weir/context';
import { PiiType, Role, type AnonymizationOptions } from '@weir/contracts/security';
import { field, privacyFixture, rule, tenant } from './testing/privacy-fixture.ts';
import { refusal, violations } from './testing/refusal.ts';

const fixture = privacyFixture();
const { anonymize, privacy } = fixture;
const tokenize = { $case: 'tokenize' as const, value: { key: '' } };

describe('a token', () => {
  const tokenOf = async (value: string, more: Partial<AnonymizationOptions> = {}, record = {}) =>
    (await anonymize({ ...record, mail: value }, { rules: [rule(field('mail'), tokenize)], ...more })).record
      .mail_token as string;
  const back = (token: string, of = tenant, as?: string) =>
    privacy(as).reidentifyToken({ tenant: of, token, reason: 'a complaint' });

  it('is the same for the same value, and leads back for who may and says why', async () => {
    const token = await tokenOf('tok@a.example');

    expect(token).toMatch(/^tok_[0-9a-f]{32}$/);
    expect(await tokenOf('tok@a.example')).toBe(token);
    expect(await back(token)).toMatchObject({ value: 'tok@a.example', type: PiiType.EMAIL });
    const engineer = await fixture.security.tokenFor('acme', 'engineer', Role.DATA_ENGINEER);
    expect(await refusal(back(token, tenant, engineer))).toBe('PERMISSION_MISSING');
    expect(await violations(privacy().reidentifyToken({ tenant, token, reason: '' }))).toEqual(['reason']);
  });

  it('leads nowhere when it is unknown, of another tenant, or about someone erased', async () => {
    const token = await tokenOf('gone@a.example', { subjectField: 'who' }, { who: 'ann' });
    expect(await back(token)).toMatchObject({ value: 'gone@a.example' });
    expect(await refusal(back(token, 'tenants/globex'))).toBe('PSEUDONYM_UNRESOLVED');
    expect(await refusal(back('tok_00'))).toBe('PSEUDONYM_UNRESOLVED');

    await fixture.security.database.within(platformScope(), (tx) => tx.deleteFrom('crypto_subject_keys').execute());

    expect(await refusal(back(token))).toBe('PSEUDONYM_UNRESOLVED');
    const left = await fixture.security.database.within(platformScope(), (tx) =>
      tx.selectFrom('pii_tokens').select('token').where('token', '=', token).execute(),
    );
    expect(left).toEqual([]);
  });
});
