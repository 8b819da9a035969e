import type { TakenEvent } from '@weir/context';
import type { AccessQuestion, Decision } from '@weir/contracts/security';
import { randomUUID } from 'node:crypto';
import { decide } from '../domain/access/decide.ts';
import { factsOf, settledQuestion, type Facts } from '../domain/access/facts.ts';
import type { Demands } from '../domain/access/obligations.ts';
import type { PolicySet } from '../domain/access/policy-set.ts';
import type { AccessFactsStore, CurrentFacts, FactsKey } from '../store/access-facts-store.ts';
import type { DecidedCall, DecisionRecord, DecisionStore, Recorded } from '../store/decision-store.ts';
import { batched } from './batched.ts';
import { knownFacts } from './known-facts.ts';
import type { PolicySets } from './policy-sets.ts';

/** Everything that questions of a tenant are decided by, as of one moment. */
export interface Basis {
  readonly policies: PolicySet;
  readonly demands: Demands;
  /** As many as questions, in their order. */
  readonly facts: readonly Facts[];
  readonly decidedAt: Date;
}

/** What a call asks. */
export interface Asked {
  readonly tenant: string;
  readonly questions: readonly AccessQuestion[];
  /** Makes the audit event of the call, once for each attempt to decide. */
  readonly eventOf?: (decisions: readonly Decision[]) => TakenEvent | undefined;
}

/** Decides questions. */
export interface Decider {
  /** Reads what questions are decided by; all of them by one revision. */
  basis(tenant: string, questions: readonly AccessQuestion[]): Promise<Basis>;
  /** Decides and records, with the event of the call; each decision answers the question of its place. */
  decide(asked: Asked): Promise<readonly Decision[]>;
}

/** What a decider works with. */
export interface DeciderParts {
  readonly sets: PolicySets;
  readonly factsStore: AccessFactsStore;
  readonly decisions: DecisionStore;
  /** What the frameworks of a tenant demand, as of a revision of its policies. */
  readonly demandsOf: (tenant: string, revision: bigint) => Promise<Demands>;
}

const READS = { size: 2_000 };
// While one commit waits for the disk the next one gets there.
const WRITES = { size: 500, atOnce: 2 };

/**
 * Decides by what it knows already and lets the database record that only if it is still so: one statement for all calls
 * of a moment. Where something has changed meanwhile, the answer says what is so now, and decides.
 */
export function decider({ sets, factsStore, decisions, demandsOf }: DeciderParts): Decider {
  const known = knownFacts();
  const read = batched<FactsKey, CurrentFacts>((keys) => factsStore.read(keys), READS);
  const write = batched<DecidedCall, Recorded>((calls) => decisions.record(calls), WRITES);

  const readFacts = (tenant: string, principals: readonly string[]): Promise<readonly CurrentFacts[]> =>
    Promise.all(principals.map((principal) => read({ tenant, principal })));

  async function byPresent(asked: Asked, principals: readonly string[], facts: readonly CurrentFacts[]) {
    known.seen(asked.tenant, principals, facts);
    // Principals of a large batch may have been read in two parts: the later revision counts for all.
    const revision = facts.reduce((latest, one) => (one.revision > latest ? one.revision : latest), 0n);
    return basisOf(demandsOf, asked, presentOf(principals, facts), await sets.current(asked.tenant, revision));
  }

  /** Undefined, or what is so now, where that is no longer what was known. */
  async function tryKnown(asked: Asked, principals: readonly string[]) {
    const facts = known.of(asked.tenant, principals);
    const policies = sets.known(asked.tenant);
    if (!facts || !policies) return { now: await readFacts(asked.tenant, principals) };
    const present = presentOf(principals, facts);
    const made = make(asked, present, await basisOf(demandsOf, asked, present, policies));
    const recorded = await write({ ...made.call, onlyIfCurrent: true });
    return recorded === 'recorded' ? { made } : { now: recorded };
  }

  return {
    async basis(tenant, questions) {
      const principals = principalsIn(questions);
      return byPresent({ tenant, questions }, principals, await readFacts(tenant, principals));
    },
    async decide(asked) {
      const principals = principalsIn(asked.questions);
      const { made, now = [] } = await tryKnown(asked, principals);
      if (made) return made.answer();

      const again = make(asked, presentOf(principals, now), await byPresent(asked, principals, now));
      await write({ ...again.call, onlyIfCurrent: false });
      return again.answer();
    },
  };
}

type Present = ReadonlyMap<string, CurrentFacts>;

const principalsIn = (questions: readonly AccessQuestion[]): string[] => [
  ...new Set(questions.map(({ principal }) => principal)),
];

const presentOf = (principals: readonly string[], facts: readonly CurrentFacts[]): Present =>
  new Map(principals.flatMap((name, index) => (facts[index] ? [[name, facts[index]] as const] : [])));

/** What questions are decided by, given what is so about each of their principals. */
async function basisOf(
  demandsOf: DeciderParts['demandsOf'],
  { tenant, questions }: Asked,
  present: Present,
  policies: PolicySet,
): Promise<Basis> {
  const demands = await demandsOf(tenant, policies.revision);
  const decidedAt = new Date();
  const facts = questions.map((one) => factsOf(one, present.get(one.principal)?.principal, decidedAt));
  return { policies, demands, facts, decidedAt };
}

/** Decides, and puts together what is to be recorded of it. */
function make({ tenant, eventOf }: Asked, present: Present, { policies, demands, facts, decidedAt }: Basis) {
  const records = facts.map((one): DecisionRecord => {
    const decision = { ...decide(policies, one, demands, decidedAt), id: randomUUID() };
    return { tenant, question: settledQuestion(one), principal: one.principal, decision };
  });
  const answers = records.map(({ decision }) => decision);
  const event = eventOf?.(answers);
  const principals = [...present].map(([name, { fingerprint }]) => ({ name, fingerprint }));
  return {
    call: { tenant, revision: policies.revision, principals, records, event: event?.bytes },
    /** What callers get, once it is recorded. */
    answer(): readonly Decision[] {
      event?.committed();
      return answers;
    },
  };
}
