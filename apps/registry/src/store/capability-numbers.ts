import { sql, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** The numbers that stand for capabilities in the index of versions. They never change, so they are kept in memory. */
export interface CapabilityNumbers {
  /** Undefined when no version ever had one of them. */
  find(tx: Tx, names: readonly string[]): Promise<number[] | undefined>;
  /** Numbers them, new ones too. */
  assign(tx: Tx, names: readonly string[]): Promise<number[]>;
}

const KEPT = 100_000;

/** Numbers in PostgreSQL. */
export function capabilityNumbers(): CapabilityNumbers {
  const known = new Map<string, number>();

  async function select(tx: Tx, names: readonly string[]): Promise<Map<string, number>> {
    const rows = await tx.selectFrom('capabilities').selectAll().where('name', 'in', names).execute();
    return new Map(rows.map(({ name, number }) => [name, number]));
  }

  return {
    async find(tx, names) {
      const missing = names.filter((name) => !known.has(name));
      if (missing.length > 0) {
        // Only what others have committed is seen here, so nothing is kept that may be rolled back.
        if (known.size > KEPT) known.clear();
        for (const [name, number] of await select(tx, missing)) known.set(name, number);
      }
      const numbers = names.flatMap((name) => known.get(name) ?? []);
      return numbers.length === names.length ? numbers : undefined;
    },
    async assign(tx, names) {
      // In one order for everyone, or two publishers could wait for each other.
      const sorted = [...names].sort();
      await sql`insert into capabilities (name) select unnest(${sorted}::text[]) on conflict do nothing`.execute(tx);
      return [...(await select(tx, sorted)).values()].sort((a, b) => a - b);
    },
  };
}
