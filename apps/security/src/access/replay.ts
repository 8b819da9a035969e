import type { Scope } from '@weir/context';
import { Obligation, Verdict, type Decision, type DecisionDifference } from '@weir/contracts/security';
import { decide } from '../domain/access/decide.ts';
import { factsOf } from '../domain/access/facts.ts';
import type { Demands } from '../domain/access/obligations.ts';
import { matchesPattern } from '../domain/access/pattern.ts';
import type { PolicySet } from '../domain/access/policy-set.ts';
import type { DecisionCursor, DecisionFilter, DecisionRecord, DecisionStore } from '../store/decision-store.ts';

/** What is replayed, and by what. */
export interface ReplayPlan {
  readonly scope: Scope;
  readonly tenant: string;
  readonly filter: DecisionFilter;
  /** A pattern of operations; empty: all. */
  readonly operation: string;
  readonly policies: PolicySet;
  readonly demands: Demands;
  readonly after: DecisionCursor | undefined;
}

/** How a proposal decides one recorded question. */
export interface Replayed {
  readonly cursor: DecisionCursor;
  readonly change: 'none' | 'newly_denied' | 'newly_allowed' | 'obligations';
  /** Only where something changes. */
  readonly difference: DecisionDifference | undefined;
}

const PAGE = 500;

/** Decides recorded questions again, oldest first, a page of them at a time. */
export async function* replay(decisions: DecisionStore, plan: ReplayPlan): AsyncGenerator<Replayed[]> {
  let { after } = plan;
  for (;;) {
    const records = await decisions.list(plan.scope, plan.tenant, plan.filter, after, PAGE);
    yield records
      .filter(({ question }) => isAsked(plan, question.operation))
      .map((record) => decideAgain(plan, record));
    const last = records.at(-1);
    if (!last || records.length < PAGE) return;
    after = cursorOf(last.decision);
  }
}

const isAsked = ({ operation }: ReplayPlan, name: string): boolean =>
  operation === '' || matchesPattern(operation, name);

function decideAgain({ policies, demands }: ReplayPlan, record: DecisionRecord): Replayed {
  const { question, principal, decision: recorded } = record;
  const facts = factsOf(question, principal, recorded.decidedAt ?? new Date());
  const proposed = decide(policies, facts, demands, recorded.decidedAt ?? new Date());
  const change = changeOf(recorded, proposed);
  const difference = { question, roles: [...(principal?.roles ?? [])], recorded, proposed };
  return { cursor: cursorOf(recorded), change, difference: change === 'none' ? undefined : difference };
}

function changeOf(recorded: Decision, proposed: Decision): Replayed['change'] {
  if (recorded.verdict !== proposed.verdict) {
    return proposed.verdict === Verdict.ALLOW ? 'newly_allowed' : 'newly_denied';
  }
  return sameObligations(recorded, proposed) ? 'none' : 'obligations';
}

// Who demands it may have another name; what is owed is what counts.
const sameObligations = (a: Decision, b: Decision): boolean => owedIn(a) === owedIn(b);

const owedIn = ({ obligations }: Decision): string =>
  obligations
    .map((obligation) => Buffer.from(Obligation.encode({ ...obligation, sources: [] }).finish()).toString('hex'))
    .sort()
    .join();

const cursorOf = ({ decidedAt, id }: Decision): DecisionCursor => ({ decidedAt: decidedAt ?? new Date(), id });
