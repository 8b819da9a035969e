import { setTimeout as wait } from 'node:timers/promises';
import { logVerdict } from '@weir/client';
import { openDetails } from '@weir/audit-outbox';
import { AuditServiceDefinition, type Event } from '@weir/contracts/audit';
import {
  ComplianceFramework,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  PrincipalKind,
  PrincipalServiceDefinition,
  Role,
} from '@weir/contracts/security';
import { noteVerifier, verifyProof } from '@weir/merkle';
import { actorOf, administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const TENANT = 'tenants/story-asks';
const KEY = `${TENANT}/keys/default`;
const WHY = 'sick leave of Ann Smith';

describe('a tenant that asks for what is said about persons to be sealed', () => {
  const mesh = sharedMesh();
  const stack = new AsyncDisposableStack();
  let admin: Actor;
  let insider: Actor;
  let viewer: Actor;

  beforeAll(async () => {
    admin = stack.use(administrator(mesh));
    insider = stack.use(await tenantWith(admin, mesh, 'story-asks', Role.DATA_ADMIN));
    viewer = stack.use(await newPrincipal('looker', [Role.DATA_VIEWER]));
    await newPrincipal('ann', [Role.DATA_VIEWER]);
  });
  afterAll(() => stack.disposeAsync());

  async function newPrincipal(principalId: string, roles: Role[]): Promise<Actor> {
    const principals = admin.client(PrincipalServiceDefinition);
    const principal = { kind: PrincipalKind.SERVICE_ACCOUNT, displayName: principalId, roles };
    await principals.createPrincipal({ parent: TENANT, principalId, principal });
    const name = `${TENANT}/principals/${principalId}`;
    const { secret } = await principals.createClientSecret({ parent: name, displayName: 'story' });
    return actorOf(mesh, name, secret);
  }

  const ask = (sealPersonalDetails: boolean) =>
    insider.client(ComplianceServiceDefinition).configureFramework({
      tenant: TENANT,
      framework: ComplianceFramework.GDPR,
      parameters: { framework: { $case: 'gdpr', value: { sealPersonalDetails } } },
    });

  /** The newest event of a type, once there are as many as this. */
  async function eventOf(reader: Actor, type: string, count = 1): Promise<Event> {
    const audit = reader.client(AuditServiceDefinition);
    for (let tries = 0; tries < 600; tries += 1) {
      const { events } = await audit.queryEvents({ tenant: TENANT, filter: { types: [type] } });
      if (events.length >= count && events[0]?.event) return events[0].event;
      await wait(50);
    }
    throw new Error(`there are no ${count} events of the type ${type}`);
  }

  async function open({ id, sealedDetails: [sealed] }: Event, reader = insider): Promise<Record<string, unknown>> {
    if (!sealed) throw new Error('nothing is sealed');
    return openDetails(reader.client(CryptoServiceDefinition), id, sealed);
  }

  const hold = (legalHoldId: string) =>
    insider
      .client(AuditServiceDefinition)
      .placeLegalHold({ parent: TENANT, legalHoldId, legalHold: { reason: WHY, scope: { types: ['none_such'] } } });

  it('has reasons and contexts in its log that only those with its key can read, whichever service writes them', async () => {
    await hold('before');
    expect((await eventOf(viewer, 'place_legal_hold')).details).toMatchObject({ reason: WHY });

    await ask(true);
    // As long as the contract says that it takes to count.
    await wait(1_100);
    await hold('after');
    await insider
      .client(PrincipalServiceDefinition)
      .disablePrincipal({ name: `${TENANT}/principals/ann`, reason: WHY });
    const context = { purpose: 'case', subject: 'p-7', entries: { ward: 'oncology' } };
    await insider.client(CryptoServiceDefinition).encrypt({ name: KEY, plaintext: Buffer.from('x'), context });

    const held = await eventOf(viewer, 'place_legal_hold', 2);
    const disabled = await eventOf(viewer, 'disable_principal');
    const encrypted = await eventOf(viewer, 'data_encryption');
    expect(JSON.stringify([held.details, disabled.details, encrypted.details])).not.toMatch(/Ann|oncology/);
    expect(held.sealedDetails[0]).toMatchObject({ subject: insider.name, key: KEY });
    expect(disabled.sealedDetails[0]?.subject).toBe(`${TENANT}/principals/ann`);
    expect(encrypted.sealedDetails[0]?.subject).toBe('p-7');

    expect(await open(held)).toEqual({ reason: WHY });
    expect(await open(disabled)).toEqual({ reason: WHY });
    expect(await open(encrypted)).toEqual({ context: '{"ward":"oncology"}' });
    await expect(open(held, viewer)).rejects.toMatchObject({ reason: 'PERMISSION_MISSING' });
  });

  it('loses nothing but the words when a person is erased: every proof still holds', async () => {
    const audit = insider.client(AuditServiceDefinition);
    const disabled = await eventOf(insider, 'disable_principal');
    const prove = async () =>
      (await audit.getInclusionProof({ tenant: TENANT, entry: { $case: 'eventId', value: disabled.id } })).proof;
    const before = await prove();

    const erased = { tenant: TENANT, subject: `${TENANT}/principals/ann`, reason: 'Art. 17' };
    await insider.client(ComplianceServiceDefinition).eraseSubject(erased);

    await expect(open(disabled)).rejects.toMatchObject({ reason: 'DECRYPTION_FAILED' });
    expect(await open(await eventOf(insider, 'place_legal_hold', 2))).toEqual({ reason: WHY });
    const { verifierKey } = await audit.getCheckpoint({ tenant: TENANT });
    for (const proof of [before, await prove()]) {
      if (!proof) throw new Error('the service answered without a proof');
      const proven = verifyProof(proof, [noteVerifier(verifierKey)]);
      expect(Buffer.from(proven.event).includes('Ann')).toBe(false);
    }
    const knownCheckpoints = [before?.checkpoint ?? ''];
    const { verdict } = await logVerdict(audit.verifyLog({ tenant: TENANT, knownCheckpoints }));
    expect(verdict.$case).toBe('consistent');
  });

  it('has them in the clear again once it no longer asks', async () => {
    await ask(false);
    await wait(1_100);
    await hold('later');

    expect((await eventOf(viewer, 'place_legal_hold', 3)).details).toMatchObject({ reason: WHY });
  });
});
