import type { Client } from '@weir/client';
import { platformScope } from '@weir/context';
import { AccessServiceDefinition, PrincipalServiceDefinition, Role, Verdict } from '@weir/contracts/security';
import { sql } from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import { decide } from '../domain/access/decide.ts';
import { factsOf } from '../domain/access/facts.ts';
import { NO_DEMANDS } from '../domain/access/obligations.ts';
import { accessFixture, allowAll, type AccessFixture } from '../testing/access-fixture.ts';
import { startSecurity, type RunningSecurity } from '../testing/start-security.ts';

interface Replica {
  readonly access: Client<typeof AccessServiceDefinition>;
  readonly principals: Client<typeof PrincipalServiceDefinition>;
}

let one: RunningSecurity;
let other: RunningSecurity;
let replicas: readonly [Replica, Replica];
let at: AccessFixture;
beforeAll(async () => {
  one = await startSecurity();
  other = await startSecurity({ beside: one });
  const replicaOf = ({ client, adminToken }: RunningSecurity): Replica => ({
    access: client(AccessServiceDefinition, adminToken),
    principals: client(PrincipalServiceDefinition, adminToken),
  });
  replicas = [replicaOf(one), replicaOf(other)];
}, 60_000);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
});
beforeEach(async () => (at = await accessFixture(one)));

const ask = async ({ access }: Replica) =>
  (await access.checkAccess({ tenant: at.tenant, question: at.question() })).decision;

/** Keeps both replicas asking, several calls at a time, until `work` is done. Answers what was answered meanwhile. */
async function whileAsking(work: () => Promise<void>) {
  let isOver = false;
  const askers = [...replicas, ...replicas, ...replicas].map(async (replica) => {
    const answers = [];
    while (!isOver) answers.push(await ask(replica));
    return answers;
  });
  await work().finally(() => (isOver = true));
  return (await Promise.all(askers)).flat();
}

describe('two replicas over one database', () => {
  it('decide by a change of policy from its answer on, whichever of them made it', async () => {
    await whileAsking(async () => {
      for (let round = 0; round < 20; round += 1) {
        const [writer, reader] = round % 2 === 0 ? replicas : ([replicas[1], replicas[0]] as const);
        const name = `${at.tenant}/policies/flip`;
        const policy = { name, displayName: 'flip', accessControls: [allowAll()] };
        const isOpen = round % 4 < 2;
        const revision = isOpen
          ? (await writer.access.putPolicy({ policy })).policy?.revision
          : (await writer.access.deletePolicy({ name }).catch(() => undefined))?.policyRevision;

        const decisions = await Promise.all([ask(reader), ask(writer), ask(reader)]);

        for (const decision of decisions) {
          expect(decision?.verdict).toBe(isOpen ? Verdict.ALLOW : Verdict.DENY);
          expect(decision?.policyRevision).toBeGreaterThanOrEqual(revision ?? 0n);
        }
      }
    });
  });

  it('decide by the roles and the state of a principal from the answer on', async () => {
    await at.put('engineers', [allowAll({ principals: [], roles: [Role.DATA_ENGINEER] })]);
    const name = at.engineer;

    await whileAsking(async () => {
      for (let round = 0; round < 12; round += 1) {
        const [writer, reader] = round % 2 === 0 ? replicas : ([replicas[1], replicas[0]] as const);
        const [change, wanted] = [
          [() => writer.principals.disablePrincipal({ name, reason: 'leaves' }), Verdict.DENY],
          [() => writer.principals.enablePrincipal({ name }), Verdict.ALLOW],
          [() => setRole(writer, Role.DATA_VIEWER), Verdict.DENY],
          [() => setRole(writer, Role.DATA_ENGINEER), Verdict.ALLOW],
        ][round % 4] as [() => Promise<unknown>, Verdict];

        await change();

        expect((await ask(reader))?.verdict).toBe(wanted);
        expect((await ask(writer))?.verdict).toBe(wanted);
      }
    });
  });

  it('record each decision once, with one event, and as it can be made again', async () => {
    const answers = await whileAsking(async () => {
      for (let round = 0; round < 10; round += 1) {
        await at.put('flip', [allowAll(round % 2 === 0 ? {} : { operations: ['other*'] })]);
      }
    });

    const ids = answers.map((decision) => decision?.id ?? '').sort();
    const { decisions, sets } = one.parts;
    const filter = { from: undefined, before: new Date(Date.now() + 1_000), principal: '' };
    const records = await decisions.list(platformScope(), at.id, filter, undefined, 100_000);
    expect(records.map(({ decision }) => decision.id).sort()).toEqual(ids);
    for (const { question, principal, decision } of records) {
      const policies = await sets.asOf(at.id, decision.policyRevision);
      const time = decision.decidedAt ?? new Date(0);
      const again = decide(policies, factsOf(question, principal, time), NO_DEMANDS, time);
      expect({ ...again, id: decision.id }).toEqual(decision);
    }
    expect(await told()).toEqual(ids);
  });
});

/** The decisions that events tell of, once the outbox is empty. Both replicas may deliver an event; its id is the same. */
async function told(): Promise<string[]> {
  const count = sql<{ waiting: bigint }>`select count(*) as waiting from audit_outbox`;
  while ((await one.database.once(platformScope(), count))[0]?.waiting !== 0n) await wait(20);
  const own = [...one.delivered, ...other.delivered].filter(
    ({ type, tenant }) => type === 'access_decision' && tenant === at.tenant,
  );
  return [...new Map(own.map(({ id, details }) => [id, String(details?.decision_id)])).values()].sort();
}

const setRole = ({ principals }: Replica, role: Role): Promise<unknown> =>
  principals.updatePrincipal({
    principal: { name: at.engineer, roles: [role] },
    updateMask: ['roles'],
  });
