import { randomUUID } from 'node:crypto';
import { logVerdict } from '@weir/client';
import type { Event } from '@weir/contracts/audit';
import { noteVerifier, openCheckpoint, verifyConsistency, verifyProof } from '@weir/merkle';
import { failure } from './testing/outcomes.ts';
import { admin, freshTenant, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

const record = (tenant: string, count: number, fields?: (at: number) => Partial<Event>) =>
  audit.record(tenant, count, fields);

describe('GetEvent', () => {
  it('answers with the event as it was sent, and its proof on request', async () => {
    const tenant = freshTenant();
    const { events } = await record(tenant, 3);
    const name = `tenants/${tenant}/events/${events[1]?.id ?? ''}`;
    const { event } = await audit.as(userOf(tenant, 'read')).getEvent({ name, includeProof: true });
    expect(event).toMatchObject({ name, index: 1n, event: { ...events[1], recordedAt: expect.any(Date) } });
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    expect(event?.proof && verifyProof(event.proof, [noteVerifier(verifierKey)]).index).toBe(1n);
  });

  it('says NOT_FOUND for an unknown id', async () => {
    const tenant = freshTenant();
    const error = await failure(audit.as(admin).getEvent({ name: `tenants/${tenant}/events/${randomUUID()}` }));
    expect(error.reason).toBe('EVENT_NOT_FOUND');
  });
});

describe('a tenant', () => {
  it('reads its own log and no other', async () => {
    const [mine, theirs] = [freshTenant(), freshTenant()];
    const { events } = await record(theirs, 1);
    const user = audit.as(userOf(mine, 'read'));
    const tenant = `tenants/${theirs}`;
    const refused = await Promise.all([
      failure(user.getEvent({ name: `${tenant}/events/${events[0]?.id ?? ''}` })),
      failure(user.queryEvents({ tenant })),
      failure(user.getCheckpoint({ tenant })),
      failure(user.getInclusionProof({ tenant, entry: { $case: 'index', value: 0n } })),
      failure(user.getConsistencyProof({ tenant })),
      failure(logVerdict(user.verifyLog({ tenant }))),
    ]);
    expect(refused.map(({ reason }) => reason)).toEqual(Array(6).fill('FOREIGN_TENANT'));
  });

  it('sees no row of another even when a query forgets to say whose', async () => {
    const [mine, theirs] = [freshTenant(), freshTenant()];
    await record(theirs, 300);
    await audit.as(admin).getCheckpoint({ tenant: `tenants/${theirs}` });
    const counts = await audit.database.database.within({ tenant: mine }, async (tx) => {
      const tables = ['logs', 'events', 'tiles', 'checkpoints'] as const;
      const found: number[] = [];
      for (const table of tables) found.push((await tx.selectFrom(table).select('tenant').execute()).length);
      return found;
    });
    expect(counts).toEqual([0, 0, 0, 0]);
  });
});

describe('proofs', () => {
  let tenant: string;
  beforeAll(async () => {
    tenant = freshTenant();
    await record(tenant, 600);
  });
  const name = () => `tenants/${tenant}`;

  it('verify for any event against any head that includes it', async () => {
    const reader = audit.as(userOf(tenant, 'read'));
    const { verifierKey } = await reader.getCheckpoint({ tenant: name() });
    for (const [index, treeSize] of [
      [0n, 1n],
      [0n, 600n],
      [255n, 256n],
      [256n, 257n],
      [300n, 511n],
      [599n, 0n],
    ] as const) {
      const { proof } = await reader.getInclusionProof({
        tenant: name(),
        entry: { $case: 'index', value: index },
        treeSize,
      });
      const proven = proof && verifyProof(proof, [noteVerifier(verifierKey)]);
      expect(proven?.index).toBe(index);
      if (treeSize > 0n) expect(proven?.head.size).toBe(treeSize);
      else expect(proven?.head.size).toBeGreaterThanOrEqual(600n);
    }
  });

  it('show that a later head continues an earlier one', async () => {
    const reader = audit.as(userOf(tenant, 'read'));
    const { verifierKey } = await reader.getCheckpoint({ tenant: name() });
    for (const [first, second] of [
      [1n, 600n],
      [256n, 600n],
      [300n, 512n],
      [600n, 600n],
      [0n, 600n],
    ] as const) {
      const { proof } = await reader.getConsistencyProof({
        tenant: name(),
        firstTreeSize: first,
        secondTreeSize: second,
      });
      const earlier = await audit.log.heads.sign({ tenant }, tenant, first);
      const head = openCheckpoint(proof?.checkpoint ?? '', [noteVerifier(verifierKey)]);
      expect(
        verifyConsistency({
          first,
          second,
          firstRoot: earlier.head.root,
          secondRoot: head.root,
          path: proof?.hashes ?? [],
        }),
      ).toBe(true);
    }
  });

  it('are refused where there is none', async () => {
    const reader = audit.as(userOf(tenant, 'read'));
    const ask = (index: bigint, treeSize = 0n) =>
      failure(reader.getInclusionProof({ tenant: name(), entry: { $case: 'index', value: index }, treeSize }));
    expect((await ask(6_000n)).reason).toBe('INDEX_TOO_LARGE');
    expect((await ask(10n, 10n)).reason).toBe('INDEX_TOO_LARGE');
    expect((await ask(0n, 6_000n)).reason).toBe('TREE_SIZE_TOO_LARGE');
    expect((await ask(-1n)).reason).toBe('INVALID_ARGUMENT');
    expect((await ask(2n ** 63n - 1n)).reason).toBe('INDEX_TOO_LARGE');
    const unknown = reader.getInclusionProof({ tenant: name(), entry: { $case: 'eventId', value: randomUUID() } });
    expect((await failure(unknown)).reason).toBe('EVENT_NOT_FOUND');
    expect((await failure(reader.getInclusionProof({ tenant: name() }))).message).toMatch(
      /event_id or index is required/,
    );
    const backwards = reader.getConsistencyProof({ tenant: name(), firstTreeSize: 5n, secondTreeSize: 4n });
    expect((await failure(backwards)).reason).toBe('INVALID_ARGUMENT');
    const beyond = reader.getConsistencyProof({ tenant: name(), firstTreeSize: 6_000n });
    expect((await failure(beyond)).reason).toBe('TREE_SIZE_TOO_LARGE');
  });
});

describe('GetCheckpoint', () => {
  it('has a head for an empty log', async () => {
    const { checkpoint } = await audit.as(admin).getCheckpoint({ tenant: 'tenants/nobody-yet' });
    expect(checkpoint?.treeSize).toBe(0n);
    expect(checkpoint?.rootHash.toString('hex')).toMatch(/^e3b0c442/);
  });
});

describe('VerifyLog', () => {
  it('finds a log consistent and says of which head', async () => {
    const tenant = freshTenant();
    await record(tenant, 700);
    const known: string[] = [];
    for (const size of [1n, 256n, 699n]) known.push((await audit.log.heads.sign({ tenant }, tenant, size)).note);
    const { verdict, checkedEventCount } = await logVerdict(
      audit.as(userOf(tenant, 'read')).verifyLog({ tenant: `tenants/${tenant}`, knownCheckpoints: known }),
    );
    expect(checkedEventCount).toBe(700n);
    expect(verdict).toMatchObject({ $case: 'consistent', value: { checkpoint: { treeSize: 700n } } });
  });

  it('refuses checkpoints of other logs', async () => {
    const [tenant, other] = [freshTenant(), freshTenant()];
    await record(other, 1);
    const { note } = await audit.log.heads.sign({ tenant: other }, other);
    const error = await failure(
      logVerdict(audit.as(admin).verifyLog({ tenant: `tenants/${tenant}`, knownCheckpoints: [note] })),
    );
    expect(error.details.violations?.[0]?.field).toBe('known_checkpoints[0]');
  });
});

describe('reading', () => {
  it('is itself recorded, in the log of the tenant', async () => {
    const tenant = freshTenant();
    await record(tenant, 1);
    await audit.as(userOf(tenant, 'read')).queryEvents({ tenant: `tenants/${tenant}` });
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { events } = await audit
        .as(admin)
        .queryEvents({ tenant: `tenants/${tenant}`, filter: { types: ['query_events'] } });
      const found = events.find(({ event }) => event?.principal === `tenants/${tenant}/principals/someone`);
      if (found) return expect(found.event?.service).toBe('audit');
      if (Date.now() > deadline) throw new Error('no event of the query was recorded');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});
