import { platformScope, tenantScope } from '@weir/context';
import { type AccessQuestion, type Decision, type Policy, PrincipalState, type Role } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { naiveDecision, naiveObligations } from '../../domain/access/testing/naive.ts';
import {
  dice,
  PRINCIPALS,
  randomPolicies,
  randomPrincipal,
  randomQuestion,
  type Dice,
} from '../../domain/access/testing/random-access.ts';
import { postgresPrincipalStore } from '../../store/postgres-principal-store.ts';
import type { Schema } from '../../store/schema.ts';
import { buildAccess, type AccessParts } from '../access-parts.ts';

type Facts = { state: PrincipalState; roles: readonly Role[] } | undefined;

/** What a tenant's policies and principals are at one moment. */
interface World {
  policies: readonly Policy[];
  readonly principals: Map<string, Facts>;
}

/** What came out, beside what should have. */
export interface Comparison {
  readonly cases: number;
  /** How often each DecisionReason came up. */
  readonly reasons: ReadonlyMap<number, number>;
  readonly obliged: number;
  /** The first disagreements, at most ten. */
  readonly disagreements: readonly unknown[];
}

const TENANT = 'acme';
const PLATFORM_ADMIN: Role = 6;

/**
 * Two replicas with caches of their own decide questions in turn while policies and principals change beneath them, and
 * each answer is held against the naive evaluator, which knows nothing but the present state.
 */
export async function compareReplicas(
  database: Database<Schema>,
  { rounds, questions }: { rounds: number; questions: number },
): Promise<Comparison> {
  const replicas = [0, 1].map(() => buildAccess(database, postgresPrincipalStore(database)));
  const world: World = { policies: [], principals: new Map() };
  const reasons = new Map<number, number>();
  const disagreements: unknown[] = [];
  let obliged = 0;
  await addTenant(database);

  for (let round = 0; round < rounds; round += 1) {
    const roll = dice(round);
    const [writer, reader] = roll.chance(0.5) ? replicas : replicas.toReversed();
    if (!writer || !reader) throw new Error('there are two');
    await change(database, writer, world, roll);
    const asked = Array.from({ length: questions }, () => randomQuestion(roll));
    // Half of them one by one, as callers ask that know nothing of each other.
    const [batch, single] = [asked.slice(0, questions / 2), asked.slice(questions / 2)];
    const answers = [
      ...(await reader.decider.decide({ tenant: TENANT, questions: batch })),
      ...(
        await Promise.all(single.map((question) => writer.decider.decide({ tenant: TENANT, questions: [question] })))
      ).flat(),
    ];
    asked.forEach((question, index) => {
      const answer = answers[index];
      const { seen, wanted } = compare(world, question, answer);
      reasons.set(wanted.reason, (reasons.get(wanted.reason) ?? 0) + 1);
      if (wanted.obligations.length > 0) obliged += 1;
      if (JSON.stringify(seen) !== JSON.stringify(wanted) && disagreements.length < 10)
        disagreements.push({ round, index, question, seen, wanted });
    });
  }
  return { cases: rounds * questions, reasons, obliged, disagreements };
}

function compare({ policies, principals }: World, question: AccessQuestion, answer: Decision | undefined) {
  const principal = principals.get(question.principal);
  const naive = naiveDecision({ policies, question, principal });
  const obligations = naiveObligations({ policies, question, principal }, naive);
  const seen = {
    reason: answer?.reason,
    classification: answer?.classification,
    controls: answer?.controls.map(({ policy, controlId }) => `${policy}#${controlId}`),
    obligations: answer?.obligations.map(({ kind, sources }) => ({ kind, sources })),
  };
  return { seen, wanted: { ...naive, obligations } };
}

/** Puts or deletes one policy, or makes one of the principals another one. */
async function change(database: Database<Schema>, { policies }: AccessParts, world: World, roll: Dice): Promise<void> {
  const fresh = randomPolicies(roll);
  const scope = tenantScope(TENANT);
  const dropped = roll.chance(0.3) ? world.policies.at(-1) : undefined;
  await database.transaction(scope, async () => {
    await policies.lock(scope, TENANT);
    if (dropped) await policies.remove(scope, dropped.name);
    for (const policy of fresh) await policies.put(scope, policy, 'principals/admin', new Date());
  });
  const names = new Set([...fresh, ...(dropped ? [dropped] : [])].map(({ name }) => name));
  const kept = world.policies.filter(({ name }) => !names.has(name));
  world.policies = [...kept, ...fresh];
  const who = roll.one(PRINCIPALS);
  await setPrincipal(database, world, who, randomPrincipal(roll));
}

async function setPrincipal(database: Database<Schema>, world: World, name: string, facts: Facts): Promise<void> {
  const [id = '', , tenant = ''] = name.split('/').toReversed();
  await database.within(platformScope(), async (tx) => {
    await tx.deleteFrom('principals').where('tenant', '=', tenant).where('id', '=', id).execute();
    if (!facts) return;
    const disabled_at = facts.state === PrincipalState.DISABLED ? new Date() : null;
    await tx
      .insertInto('principals')
      .values({ tenant, id, kind: 1, display_name: id, roles: [...facts.roles], disabled_at })
      .execute();
  });
  // Who is of no tenant counts only as an administrator of the platform.
  const counts = facts && (tenant !== '' || facts.roles.includes(PLATFORM_ADMIN));
  world.principals.set(name, counts ? facts : undefined);
}

const addTenant = (database: Database<Schema>): Promise<unknown> =>
  database.within(platformScope(), (tx) =>
    tx
      .insertInto('token_tenants')
      .values([{ tenant: '' }, { tenant: TENANT }])
      .onConflict((on) => on.doNothing())
      .execute(),
  );
