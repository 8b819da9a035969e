import {
  AccessServiceDefinition,
  PiiType,
  PiiValidator,
  StreamAnonymizeRecordsRequest,
} from '@weir/contracts/security';
import { privacyFixture, tenant } from './testing/privacy-fixture.ts';
import { refusal, soon, violations } from './testing/refusal.ts';

const fixture = privacyFixture();
const { privacy } = fixture;

describe('detectPii', () => {
  it('finds what is in text, in code points, and says no value', async () => {
    const text = '😀 mail ann@a.example, SSN 536-22-1234';
    const { findings, counts, scannedBytes } = await privacy().detectPii({
      tenant,
      content: { $case: 'text', value: text },
    });

    expect(findings.map(({ type, start, end }) => [type, Array.from(text).slice(start, end).join('')])).toEqual([
      [PiiType.EMAIL, 'ann@a.example'],
      [PiiType.US_SSN, '536-22-1234'],
    ]);
    expect(counts).toHaveLength(2);
    expect(Number(scannedBytes)).toBe(Buffer.byteLength(text));
  });

  it('finds what is in records by field path, and truncates the list but not the counts', async () => {
    const record = { age: 91, contacts: [{ phone: '+1 415 555 2671' }, { phone: 4155552671 }], note: 'fine' };
    const answer = await privacy().detectPii({
      tenant,
      content: { $case: 'records', value: { records: [{ note: 'nothing' }, record] } },
      maxFindings: 2,
    });

    expect(answer.findings.map(({ recordIndex, fieldPath }) => [Number(recordIndex), fieldPath])).toEqual([
      [1, 'age'],
      [1, 'contacts[0].phone'],
    ]);
    expect(answer.findingsTruncated).toBe(true);
    expect(answer.counts.find(({ type }) => type === PiiType.PHONE)).toMatchObject({
      findingCount: 2n,
      recordCount: 1n,
    });
    expect(answer.scannedRecordCount).toBe(2n);
  });

  it('uses recognisers of the call, with their checks and words, and refuses those that can explode', async () => {
    const scan = (pattern: string, value: string, more = {}) =>
      privacy().detectPii({
        tenant,
        content: { $case: 'text', value },
        options: { customRecognizers: [{ id: 'staff-id', description: 'Staff', pattern, ...more }] },
      });

    const { findings } = await scan('EMP-\\d{6}', 'badge EMP-123456', { contextWords: ['badge'] });
    expect(findings).toMatchObject([{ type: PiiType.CUSTOM, recognizer: 'tenants/acme/recognizers/staff-id' }]);
    expect((await scan('EMP-\\d{6}', 'EMP-123456', { contextWords: ['badge'] })).findings).toEqual([]);
    const checked = await scan('\\d{4}', '1234 0018', { validator: PiiValidator.LUHN });
    expect(checked.findings).toMatchObject([{ start: 5, validated: true }]);
    expect(await refusal(scan('(a+)+$', 'aaa'))).toBe('RECOGNIZER_UNSAFE');
    expect(await violations(scan('(', 'x'))).toEqual(['options.custom_recognizers[0].pattern']);
  });

  it('fails when its time is over: nothing of it counts as clean', async () => {
    const note = 'ann@a.example '.repeat(30);
    const records = Array.from({ length: 5_000 }, (_, n) => ({ note: `call +1 415 555 ${n}, ${note}` }));
    const content = { $case: 'records' as const, value: { records } };
    const late = privacy().detectPii({ tenant, content }, { timeoutMs: 60 });

    expect(['SCAN_INCOMPLETE', 'DEADLINE_EXCEEDED']).toContain(await refusal(late));
  });

  it('lists every broken field', async () => {
    const broken = privacy().detectPii({ tenant, maxFindings: 99_999, options: { minScore: 2, regions: ['usa'] } });

    expect(await violations(broken)).toEqual(['content', 'options.min_score', 'options.regions[0]', 'max_findings']);
  });
});

describe('streamAnonymizeRecords', () => {
  const stream = (messages: Iterable<object>) =>
    privacy().streamAnonymizeRecords(
      (async function* () {
        for (const message of messages) yield StreamAnonymizeRecordsRequest.fromPartial(message as never);
      })(),
    );
  const batch = (sequence: number, record: object) => ({ sequence: BigInt(sequence), records: { records: [record] } });

  it('answers every message with records in order, and ends with the totals', async () => {
    const answers = [];
    const messages = [{ tenant }, batch(1, { email: 'a@a.example' }), batch(5, { email: 'b@b.example', user_id: 1 })];
    for await (const { part } of stream(messages)) answers.push(part);

    expect(answers.map((part) => part?.$case)).toEqual(['batch', 'batch', 'summary']);
    expect(answers[1]).toMatchObject({
      value: { sequence: 5n, records: { records: [{ email_masked: 'b***@b.example' }] } },
    });
    expect(answers[2]).toMatchObject({
      value: { recordCount: 2n, counts: [{ type: PiiType.EMAIL, findingCount: 2n }, {}] },
    });
  });

  it('ends at the first failure, and keeps what was answered', async () => {
    const answered: bigint[] = [];
    const read = async (messages: object[]) => {
      for await (const { part } of stream(messages)) if (part?.$case === 'batch') answered.push(part.value.sequence);
    };

    expect(await refusal(read([{ tenant }, batch(1, { a: 1 }), batch(2, { 'b@b.example': 1 })]))).toBe('PII_REMAINS');
    expect(answered).toEqual([1n]);
    expect(await violations(read([{ tenant }, batch(2, { a: 1 }), batch(2, { a: 1 })]))).toEqual(['sequence']);
    expect(await violations(read([{ tenant }, { ...batch(1, { a: 1 }), tenant: 'tenants/globex' }]))).toEqual([
      'tenant',
    ]);
    expect(await violations(read([]))).toEqual(['tenant']);
  });

  it('leaves one audit event with what was found, and no value', async () => {
    for await (const _ of stream([
      { tenant },
      batch(1, { email: 'audited@a.example', user_id: 7, ssn: '536-22-1234' }),
    ]));
    const event = await soon(() =>
      fixture.security.delivered.find(({ details }) => details?.types === 'US_SSN, EMAIL, PERSON_ID'),
    );

    expect(event.details).toMatchObject({ records: 1, findings: 3 });
    expect(event.complianceFlags).toContain('pii_detected');
    const text = JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain('audited');
  });
});

describe('listRecognizers', () => {
  it('lists the built-in ones with their accuracy, and those of the tenant, page by page', async () => {
    const customRecognizers = [{ id: 'badge-no', description: 'Badges', pattern: 'B-\\d{4}' }];
    const policy = {
      name: 'tenants/initech/policies/privacy',
      displayName: 'Privacy',
      anonymization: { customRecognizers },
    };
    await fixture.security.client(AccessServiceDefinition, fixture.security.adminToken).putPolicy({ policy });
    const first = await privacy().listRecognizers({ tenant: 'tenants/initech', pageSize: 20 });
    const second = await privacy().listRecognizers({
      tenant: 'tenants/initech',
      pageSize: 20,
      pageToken: first.nextPageToken,
    });
    const all = [...first.recognizers, ...second.recognizers];

    expect(all).toHaveLength(21);
    expect(all.find(({ name }) => name === 'recognizers/us-ssn')?.accuracy?.recall).toBeGreaterThan(0.97);
    expect(all.at(-1)).toMatchObject({ name: 'tenants/initech/recognizers/badge-no', type: PiiType.CUSTOM });
    expect(second.nextPageToken).toBe('');
  });
});
