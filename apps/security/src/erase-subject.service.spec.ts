import { ComplianceFramework, CryptoServiceDefinition, PrivacyServiceDefinition, Role } from '@weir/contracts/security';
import { randomUUID } from 'node:crypto';
import { complianceFixture, NOT_MEASURABLE, NOT_SATISFIED, SATISFIED } from './testing/compliance-fixture.ts';
import { refusal, soon, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const crypto = () => security.client(CryptoServiceDefinition, security.adminToken);
const about = (subject: string) => ({ purpose: 'audit-details', subject });
const reason = 'asked for it, case 7';

describe('erasing a person', () => {
  it('makes what was encrypted about them unreadable, nothing else, and leaves a receipt in the log', async () => {
    const { tenant, compliance, evaluate, prove } = await complianceFixture(security);
    const name = `${tenant}/keys/default`;
    const encrypt = async (subject: string) =>
      (await crypto().encrypt({ name, plaintext: Buffer.from(`of ${subject}`), context: about(subject) })).ciphertext;
    const [ann, alsoAnn, bob] = [await encrypt('ann'), await encrypt('ann'), await encrypt('bob')];

    const { receipt } = await compliance().eraseSubject({ tenant, subject: 'ann', reason });

    expect(receipt).toMatchObject({
      destroyedKeyCount: 1,
      ciphertextCount: 2n,
      requestedBy: 'principals/admin',
      reason,
    });
    for (const ciphertext of [ann, alsoAnn]) {
      expect(await refusal(crypto().decrypt({ name, ciphertext, context: about('ann') }))).toBe('DECRYPTION_FAILED');
    }
    const { plaintext } = await crypto().decrypt({ name, ciphertext: bob, context: about('bob') });
    expect(plaintext.toString()).toBe('of bob');
    const event = await soon(() => security.delivered.find(({ id }) => id === receipt?.auditEventId));
    expect(event).toMatchObject({ type: 'erase_subject', tenant, resource: receipt?.name });
    expect(event.details).toMatchObject({ subject_hash: receipt?.subjectHash, destroyed_keys: 1, ciphertexts: 2 });

    await compliance().configureFramework({ tenant, framework: ComplianceFramework.GDPR });
    const assessment = await evaluate();
    const erasure = assessment.results.find(({ controlId }) => controlId === 'Art. 17(1)');
    expect(erasure).toMatchObject({ outcome: SATISFIED, population: 1n });
    expect(erasure?.evidence.map((one) => prove(assessment, one))).toEqual([erasure?.evidence[0]?.index]);
  });

  it('ends the way back from their tokens, and counts them', async () => {
    const { tenant, compliance } = await complianceFixture(security);
    const privacy = security.client(PrivacyServiceDefinition, security.adminToken);
    const rule = {
      target: { $case: 'fieldPath', value: 'email' },
      operator: { operator: { $case: 'tokenize', value: {} } },
      outputField: 'token',
    } as const;
    const { records } = await privacy.anonymizeRecords({
      tenant,
      records: { records: [{ person: 'ann', email: 'ann@example.com' }] },
      options: { rules: [rule], subjectField: 'person', detectPii: false },
    });
    const token = String(records?.records[0]?.['token']);
    expect((await privacy.reidentifyToken({ tenant, token, reason })).value).toBe('ann@example.com');

    const { receipt } = await compliance().eraseSubject({ tenant, subject: 'ann', reason });

    expect(receipt).toMatchObject({ destroyedKeyCount: 1, tokenCount: 1n });
    expect(await refusal(privacy.reidentifyToken({ tenant, token, reason }))).toBe('PSEUDONYM_UNRESOLVED');
    expect((await compliance().eraseSubject({ tenant, subject: 'ann', reason })).receipt?.tokenCount).toBe(0n);
  });

  it('never writes down who they are', async () => {
    const { tenant, compliance } = await complianceFixture(security);
    const subject = 'ann.smith@example.com';

    await compliance().eraseSubject({ tenant, subject, reason });
    await soon(() => security.delivered.find((event) => event.type === 'erase_subject' && event.tenant === tenant));

    expect(
      JSON.stringify(security.delivered, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
    ).not.toContain(subject);
    expect(security.audit.stored(tenant).some((bytes) => bytes.includes(subject))).toBe(false);
  });

  it('is answered once for a request id, and has the same hash for the same person of a tenant only', async () => {
    const { tenant, compliance } = await complianceFixture(security);
    const other = await complianceFixture(security);
    const requestId = randomUUID();
    const first = await compliance().eraseSubject({ tenant, subject: 'ann', reason, requestId });

    expect(await compliance().eraseSubject({ tenant, subject: 'ann', reason, requestId })).toEqual(first);
    const again = await compliance().eraseSubject({ tenant, subject: 'ann', reason });
    expect(again.receipt?.subjectHash).toBe(first.receipt?.subjectHash);
    expect(again.receipt?.name).not.toBe(first.receipt?.name);
    const { receipt } = await other.compliance().eraseSubject({ tenant: other.tenant, subject: 'ann', reason });
    expect(receipt?.subjectHash).not.toBe(first.receipt?.subjectHash);
  });

  it('without a key says so, and a later encryption makes a new one', async () => {
    const { tenant, compliance } = await complianceFixture(security);
    const { receipt } = await compliance().eraseSubject({ tenant, subject: 'nobody', reason });
    expect(receipt).toMatchObject({ destroyedKeyCount: 0, ciphertextCount: 0n });

    const name = `${tenant}/keys/default`;
    const { ciphertext } = await crypto().encrypt({ name, plaintext: Buffer.from('x'), context: about('nobody') });
    expect((await crypto().decrypt({ name, ciphertext, context: about('nobody') })).plaintext.toString()).toBe('x');
  });

  it('with validate_only says what would be lost and loses nothing', async () => {
    const { tenant, compliance } = await complianceFixture(security);
    const name = `${tenant}/keys/default`;
    const { ciphertext } = await crypto().encrypt({ name, plaintext: Buffer.from('x'), context: about('ann') });

    const { receipt } = await compliance().eraseSubject({ tenant, subject: 'ann', reason, validateOnly: true });

    expect(receipt).toMatchObject({ destroyedKeyCount: 1, ciphertextCount: 1n, auditEventId: '' });
    expect((await crypto().decrypt({ name, ciphertext, context: about('ann') })).plaintext.toString()).toBe('x');
  });

  it('that left a key behind shows in the assessment', async () => {
    const { tenant, id, compliance, measure, sql, configure, logged } = await complianceFixture(security);
    await configure(ComplianceFramework.GDPR);
    expect(await measure('Art. 17(1)')).toMatchObject({ outcome: NOT_MEASURABLE });
    await compliance().eraseSubject({ tenant, subject: 'ann', reason });
    await logged('erase_subject');
    await crypto().encrypt({ name: `${tenant}/keys/default`, plaintext: Buffer.from('x'), context: about('ann') });
    expect(await measure('Art. 17(1)')).toMatchObject({ outcome: SATISFIED });

    await sql((tx) =>
      tx
        .updateTable('crypto_subject_keys')
        .set({ created_at: new Date(0) })
        .where('tenant', '=', id)
        .execute(),
    );

    expect(await measure('Art. 17(1)')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });

  it('takes an administrator of the tenant, a person and a reason', async () => {
    const { tenant, id, compliance } = await complianceFixture(security);
    const engineer = await security.tokenFor(id, 'second-engineer', Role.DATA_ENGINEER);

    expect(await refusal(compliance(engineer).eraseSubject({ tenant, subject: 'ann', reason }))).toBe(
      'PERMISSION_MISSING',
    );
    expect(await violations(compliance().eraseSubject({ tenant, subject: '', reason: '' }))).toEqual([
      'subject',
      'reason',
    ]);
  });
});
