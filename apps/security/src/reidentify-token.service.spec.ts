import {
  AnonymizationOptions,
  type AnonymizationRule,
  PiiType,
  PrivacyServiceDefinition,
  Role,
} from '@weir/contracts/security';
import { platformScope } from '@weir/context';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const tenant = 'tenants/acme';
const privacy = (token = security.adminToken) => security.client(PrivacyServiceDefinition, token);
const rule = (
  target: AnonymizationRule['target'],
  operator: NonNullable<AnonymizationRule['operator']>['operator'],
  outputField = '',
): AnonymizationRule => ({ target, operator: { operator }, outputField });
const field = (value: string) => ({ $case: 'fieldPath' as const, value });
const tokenize = { $case: 'tokenize' as const, value: { key: '' } };

async function anonymize(record: object, options: Partial<AnonymizationOptions> = {}, of = tenant) {
  const all = AnonymizationOptions.fromPartial(options as never);
  const answer = await privacy().anonymizeRecords({ tenant: of, records: { records: [{ ...record }] }, options: all });
  return { record: answer.records?.records[0] as Record<string, unknown>, ...answer };
}

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
    const engineer = await security.tokenFor('acme', 'engineer', Role.DATA_ENGINEER);
    expect(await refusal(back(token, tenant, engineer))).toBe('PERMISSION_MISSING');
    expect(await violations(privacy().reidentifyToken({ tenant, token, reason: '' }))).toEqual(['reason']);
  });

  it('leads nowhere when it is unknown, of another tenant, or about someone erased', async () => {
    const token = await tokenOf('gone@a.example', { subjectField: 'who' }, { who: 'ann' });
    expect(await back(token)).toMatchObject({ value: 'gone@a.example' });
    expect(await refusal(back(token, 'tenants/globex'))).toBe('PSEUDONYM_UNRESOLVED');
    expect(await refusal(back('tok_00'))).toBe('PSEUDONYM_UNRESOLVED');

    await security.database.within(platformScope(), (tx) => tx.deleteFrom('crypto_subject_keys').execute());

    expect(await refusal(back(token))).toBe('PSEUDONYM_UNRESOLVED');
    const left = await security.database.within(platformScope(), (tx) =>
      tx.selectFrom('pii_tokens').select('token').where('token', '=', token).execute(),
    );
    expect(left).toEqual([]);
  });
});
