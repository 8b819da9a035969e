import { platformScope } from '@weir/context';
import { AccessServiceDefinition, GeneralizationMethod, PiiType } from '@weir/contracts/security';
import { field, privacyFixture, rule } from './testing/privacy-fixture.ts';
import { refusal } from './testing/refusal.ts';

const fixture = privacyFixture();
const { anonymize } = fixture;
const keep = { $case: 'keep' as const, value: {} };

describe('anonymizeRecords', () => {
  it('treats fields by their names and findings by their types', async () => {
    const { record, fields, counts } = await anonymize({
      user_id: 'u-1',
      email: 'ann@a.example',
      phone: '+1 415 555 2671',
      ssn: '536-22-1234',
      ip_address: '192.0.2.1',
      zip: '03601',
      age: 92,
      note: 'reach bob@b.example, SSN 536-22-1234.',
      amount: 12.5,
      features: { spend: 3, contact: 'eve@e.example', ssn: '536-22-1234' },
    });

    expect(record).toEqual({
      user_id_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      email_masked: 'a***@a.example',
      phone_masked: '+* *** *** 2671',
      zip: '000',
      age: '90+',
      note: 'reach b***@b.example, SSN [US_SSN].',
      amount: 12.5,
      features: { spend: 3, contact: 'e***@e.example', ssn: null },
    });
    expect(fields.find(({ fieldPath }) => fieldPath === 'ssn')).toMatchObject({
      outputFieldPath: '',
      types: [PiiType.US_SSN],
    });
    expect(counts.find(({ type }) => type === PiiType.US_SSN)?.findingCount).toBe(3n);
  });

  it('says of each field what which recogniser found in how many values, by what was done', async () => {
    const { fields, scannedValueCount } = await anonymize({
      notes: ['bob@b.example or eve@e.example', 'SSN 536-22-1234 of bob@b.example', 'none'],
      amount: 3,
      nothing: null,
    });

    const mail = { type: PiiType.EMAIL, recognizer: 'recognizers/email', valueCount: 2n };
    const number = { type: PiiType.US_SSN, recognizer: 'recognizers/us-ssn', valueCount: 1n };
    expect(fields.map(({ operator, findings }) => [operator?.operator?.$case, findings])).toEqual([
      ['mask', [expect.objectContaining(mail)]],
      ['redact', [expect.objectContaining(number)]],
    ]);
    for (const { minScore, maxScore } of fields.flatMap(({ findings }) => findings)) {
      expect(minScore).toBeGreaterThanOrEqual(0.5);
      expect(maxScore).toBeGreaterThanOrEqual(minScore);
      expect(maxScore).toBeLessThanOrEqual(1);
    }
    expect(scannedValueCount).toBe(4n);
  });

  it('takes its own output for anonymised: a second pass changes and refuses nothing of it', async () => {
    const { record } = await anonymize({
      user_id: 'u-1',
      email: 'ann@a.example',
      phone: '+1 415 555 2671',
      card_number: '4111 1111 1111 1111',
      iban: 'DE89370400440532013000',
      mac: '00:1b:63:84:45:e6',
      wallet: '0x52908400098527886E0F7030069857D2E4169EE7',
      zip: '94110',
      age: 95,
      date_of_birth: '1985-03-12',
      note: 'reach bob@b.example or +1 415 555 2671, SSN 536-22-1234.',
    });

    expect((await anonymize(record)).record).toEqual(record);
  });

  it('gives equal pseudonyms for equal values within a tenant, and others in another', async () => {
    const [one, again, other] = [
      await anonymize({ user_id: 'u-1' }),
      await anonymize({ user_id: 'u-1' }),
      await anonymize({ user_id: 'u-1' }, {}, 'tenants/globex'),
    ];

    expect(again.record).toEqual(one.record);
    expect(other.record).not.toEqual(one.record);
  });

  it('follows rules of the call, whose operators may go far, and refuses two for one field', async () => {
    const rules = [
      rule(field('born'), { $case: 'generalize', value: { method: GeneralizationMethod.YEAR } }),
      rule(field('card'), { $case: 'mask', value: { keepFirst: 6, keepLast: 4, maskCharacter: 'x' } }, 'pan'),
      rule(field('contacts[].mail'), { $case: 'redact', value: { replacement: '' } }),
      rule(field('labels.*'), { $case: 'hash', value: { lengthBytes: 8 } }),
      rule({ $case: 'type', value: PiiType.IPV4 }, keep),
    ];
    const { record } = await anonymize(
      {
        born: '1985-03-12',
        card: '4111 1111 1111 1111',
        contacts: [{ mail: 'a@b.example', n: 1 }],
        labels: { a: 'x' },
        from: '192.0.2.7',
      },
      { rules },
    );

    expect(record).toEqual({
      born: '1985',
      pan: '4111 11xx xxxx 1111',
      contacts: [{ n: 1 }],
      labels: { a_hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      from: '192.0.2.7',
    });
    expect(await refusal(anonymize({ a: 1 }, { rules: [...rules, ...rules.slice(0, 1)] }))).toBe('RULE_CONFLICT');
    const lost = [rule({ $case: 'customRecognizer', value: 'lost' }, keep)];
    expect(await refusal(anonymize({ a: 1 }, { rules: lost }))).toBe('RECOGNIZER_NOT_FOUND');
  });

  it('answers nothing when personal data would be left, or a field is there already', async () => {
    const kept = anonymize({ 'ann@a.example': 1 });
    expect(await refusal(kept)).toBe('PII_REMAINS');
    const conflict = anonymize({ email: 'ann@a.example', email_masked: 'taken' });
    expect(await refusal(conflict)).toBe('FIELD_CONFLICT');
  });

  it('leaves fields alone that no rule names when it is told not to look', async () => {
    const { record } = await anonymize({ ssn: '536-22-1234', note: 'bob@b.example' }, { detectPii: false });

    expect(record).toEqual({ note: 'bob@b.example' });
  });

  it('follows the policy of the tenant, and its recognisers', async () => {
    await fixture.security.client(AccessServiceDefinition, fixture.security.adminToken).putPolicy({
      policy: {
        name: 'tenants/initech/policies/privacy',
        displayName: 'Privacy',
        anonymization: {
          rules: [rule(field('nick'), { $case: 'redact', value: { replacement: '' } })],
          customRecognizers: [{ id: 'badge-no', description: 'Badges', pattern: 'B-\\d{4}' }],
        },
      },
    });

    const { record } = await anonymize({ nick: 'eve', note: 'badge B-1234' }, {}, 'tenants/initech');
    expect(record).toEqual({ note: 'badge [CUSTOM]' });
  });

  it('has keys that only the master key opens, one for each tenant', async () => {
    const rows = await fixture.security.database.within(platformScope(), (tx) =>
      tx.selectFrom('pii_pseudonym_keys').selectAll().execute(),
    );

    expect(rows.map((row) => row.tenant)).toEqual(expect.arrayContaining(['acme', 'globex']));
    for (const row of rows) {
      expect(fixture.security.master.open(row.material, `weir pseudonym key ${row.tenant}`)).toHaveLength(32);
      expect(() => fixture.security.master.open(row.material, 'weir pseudonym key initrode')).toThrow();
    }
  });
});
