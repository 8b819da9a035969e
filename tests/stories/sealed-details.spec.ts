import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logVerdict } from '@weir/client';
import { openDetails, sealDetails } from '@weir/audit-outbox';
import { AuditServiceDefinition, Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { ComplianceServiceDefinition, CryptoServiceDefinition, Role } from '@weir/contracts/security';
import { noteVerifier, verifyProof } from '@weir/merkle';
import { actorOf, administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const TENANT = 'tenants/story-sealed';
const KEY = `${TENANT}/keys/default`;

describe('details about a person in an audit event', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let insider: Actor;
  let agent: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    insider = await tenantWith(admin, mesh, 'story-sealed', Role.DATA_ADMIN);
    const secret = readFileSync(join(mesh.state, 'secrets', 'agent.secret'), 'utf8').trim();
    agent = actorOf(mesh, 'principals/agent', secret);
  });
  afterAll(async () => {
    for (const actor of [agent, insider, admin]) await actor[Symbol.asyncDispose]();
  });

  const record = async (subject: string, details: Record<string, unknown>) => {
    const id = randomUUID();
    const crypto = agent.client(CryptoServiceDefinition);
    const event = Event.fromPartial({
      id,
      time: new Date(),
      tenant: TENANT,
      service: 'agent',
      type: 'data_processing_request',
      sensitivity: Sensitivity.HIGH,
      outcome: Outcome.SUCCEEDED,
      sealedDetails: await sealDetails(crypto, { key: KEY, eventId: id }, [{ subject, details }]),
    });
    await agent.client(AuditServiceDefinition).recordEvents({ events: [event] });
    const audit = admin.client(AuditServiceDefinition);
    const { proof } = await audit.getInclusionProof({ tenant: TENANT, entry: { $case: 'eventId', value: id } });
    if (!proof) throw new Error('the service answered without a proof');
    return { id, proof };
  };
  const read = (id: string, bytes: Buffer) => {
    const [sealed] = Event.decode(bytes).sealedDetails;
    if (!sealed) throw new Error('nothing is sealed');
    return openDetails(insider.client(CryptoServiceDefinition), id, sealed);
  };

  it('are read with the key of that person, until the person is erased; every proof still holds', async () => {
    const audit = admin.client(AuditServiceDefinition);
    const ann = await record('person-7', { email: 'ann@example.com', rows: 3 });
    const bob = await record('person-8', { email: 'bob@example.com' });
    expect(await read(ann.id, ann.proof.event)).toEqual({ email: 'ann@example.com', rows: 3 });

    await admin
      .client(ComplianceServiceDefinition)
      .eraseSubject({ tenant: TENANT, subject: 'person-7', reason: 'Art. 17' });

    await expect(read(ann.id, ann.proof.event)).rejects.toMatchObject({ reason: 'DECRYPTION_FAILED' });
    expect(await read(bob.id, bob.proof.event)).toEqual({ email: 'bob@example.com' });
    const { verifierKey } = await audit.getCheckpoint({ tenant: TENANT });
    for (const { proof } of [ann, bob]) expect(verifyProof(proof, [noteVerifier(verifierKey)]).index).toBe(proof.index);
    const { verdict } = await logVerdict(audit.verifyLog({ tenant: TENANT, knownCheckpoints: [ann.proof.checkpoint] }));
    expect(verdict.$case).toBe('consistent');
  });

  it('cannot be read as those of another event', async () => {
    const { proof } = await record('person-9', { email: 'cleo@example.com' });

    await expect(read(randomUUID(), proof.event)).rejects.toMatchObject({ reason: 'DECRYPTION_FAILED' });
  });
});
