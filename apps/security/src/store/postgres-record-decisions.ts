import { platformScope } from '@weir/context';
import { AccessQuestion, Decision } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { CurrentFacts } from './access-facts-store.ts';
import { freshUses, type UsedControl } from './control-uses.ts';
import type { DecidedCall, DecisionRecord, DecisionStore, Recorded } from './decision-store.ts';
import { factsIn, lookUp, type FactsRow } from './postgres-access-facts-store.ts';
import type { Schema } from './schema.ts';

/** An item of a call, with the place of the call, counted from 1 as PostgreSQL does. */
type Placed<T> = T & { readonly call: number };

interface Row extends FactsRow {
  readonly at: bigint;
}

/** Records calls by the function `record_decisions`, whose migration says what it checks. */
export function recordDecisions(database: Database<Schema>): DecisionStore['record'] {
  const uses = freshUses();

  return async (calls) => {
    const asked = calls.flatMap(({ tenant, principals }, index) =>
      principals.map(({ name, fingerprint }) => ({
        ...lookUp({ tenant, principal: name }),
        fingerprint,
        call: index + 1,
      })),
    );
    const used = calls.map(({ records }) => uses.of(records));
    const rows = await database.once(platformScope(), statement(calls, asked, used.flatMap(placed)));
    const results = resultsOf(calls, asked, rows);
    used.forEach((ones, index) => results[index] === 'recorded' && uses.written(ones));
    return results;
  };
}

type Asked = Placed<ReturnType<typeof lookUp> & { readonly fingerprint: string }>;

const placed = <T extends object>(items: readonly T[], index: number): Placed<T>[] =>
  items.map((item) => ({ ...item, call: index + 1 }));

function statement(calls: readonly DecidedCall[], asked: readonly Asked[], used: readonly Placed<UsedControl>[]) {
  const made = calls.flatMap(({ records }, index) => placed(records, index));
  return sql<Row>`select * from record_decisions(
    ${calls.map(({ tenant }) => tenant)}, ${calls.map(({ revision }) => revision)},
    ${calls.map(({ onlyIfCurrent }) => onlyIfCurrent)}, ${calls.map(({ event }) => event)},
    ${asked.map(({ call }) => call)}, ${asked.map(({ home }) => home)},
    ${asked.map(({ id }) => id)}, ${asked.map(({ fingerprint }) => fingerprint)},
    ${made.map(({ call }) => call)}, ${made.map(({ decision }) => decision.id)},
    ${made.map(({ decision }) => decision.decidedAt)}, ${made.map(({ question }) => question.principal)},
    ${made.map(({ question }) => question.operation)},
    ${made.map(({ question }) => Buffer.from(AccessQuestion.encode(question).finish()))},
    ${made.map(({ principal }) => principal?.state ?? 0)}, ${made.map(rolesText)},
    ${made.map(({ decision }) => Buffer.from(Decision.encode(decision).finish()))},
    ${used.map(({ call }) => call)}, ${used.map(({ policy }) => policy)}, ${used.map(({ control }) => control)},
    ${used.map(({ principal }) => principal)}, ${used.map(({ at }) => at)})`;
}

const rolesText = ({ principal }: DecisionRecord): string => `{${principal?.roles.join(',') ?? ''}}`;

/** A call that has rows was not recorded: they say what is so now about its principals. */
function resultsOf(calls: readonly DecidedCall[], asked: readonly Asked[], rows: readonly Row[]): Recorded[] {
  const present = new Map(rows.map((row) => [Number(row.at) - 1, row]));
  const facts = calls.map((): CurrentFacts[] => []);
  asked.forEach(({ call, home }, at) => {
    const row = present.get(at);
    if (row) facts[call - 1]?.push(factsIn(row, home === ''));
  });
  return facts.map((ones) => (ones.length === 0 ? 'recorded' : ones));
}
