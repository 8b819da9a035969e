import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeDetails, openDetails } from '@weir/audit-outbox';
import {
  ComplianceFramework,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const TENANT = 'tenants/acme';
const SECRET = 'a-secret-of-the-agent-for-this-test';
let folder: string;
let security: RunningSecurity;
let agent: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-service-secrets-'));
  writeFileSync(join(folder, 'agent.secret'), SECRET);
  security = await startSecurity({ serviceSecretsDir: folder });
  const credentials = { clientId: 'principals/agent', clientSecret: SECRET };
  agent = (await security.client(TokenServiceDefinition).issueToken(credentials)).accessToken;
}, 60_000);
afterAll(async () => {
  await security[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const seal = (token: string, request: object = {}) =>
  security.client(CryptoServiceDefinition, token).sealDetails({
    tenant: TENANT,
    eventId: randomUUID(),
    persons: [{ subject: 'p-7', details: encodeDetails({ reason: 'ill' }) }],
    ...request,
  });

describe('sealing what an event says about persons', () => {
  it('happens where the tenant asks, for each person apart', async () => {
    expect(await seal(agent)).toMatchObject({ asked: false, ciphertexts: [] });
    const admin = security.client(ComplianceServiceDefinition, security.adminToken);
    await admin.configureFramework({ tenant: TENANT, framework: ComplianceFramework.GDPR });

    const eventId = randomUUID();
    const persons = ['p-7', 'p-8'].map((subject) => ({ subject, details: encodeDetails({ reason: subject }) }));
    // As long as the contract says that it takes to count.
    await wait(1_100);
    const { asked, key, ciphertexts } = await seal(agent, { eventId, persons });
    expect(asked).toBe(true);

    const crypto = security.client(CryptoServiceDefinition, security.adminToken);
    const open = (at: number) =>
      openDetails(crypto, eventId, {
        subject: persons[at]?.subject ?? '',
        key,
        ciphertext: ciphertexts[at] ?? Buffer.alloc(0),
      });
    expect([await open(0), await open(1)]).toEqual([{ reason: 'p-7' }, { reason: 'p-8' }]);
    await admin.eraseSubject({ tenant: TENANT, subject: 'p-7', reason: 'Art. 17' });
    expect(await refusal(open(0))).toBe('DECRYPTION_FAILED');
    expect(await open(1)).toEqual({ reason: 'p-8' });
  });

  it('is for services only', async () => {
    expect(await refusal(seal(security.adminToken))).toBe('PERMISSION_MISSING');
  });

  it('names every field that is wrong', async () => {
    const nobody = { subject: '', details: Buffer.alloc(0) };
    const wrong = { eventId: 'X', persons: [nobody] };
    expect(await violations(seal(agent, wrong))).toEqual(['event_id', 'persons[0].subject', 'persons[0].details']);

    const person = { subject: 'p-7', details: encodeDetails({ reason: 'ill' }) };
    expect(await violations(seal(agent, { persons: [person, person] }))).toEqual(['persons']);
  });
});
