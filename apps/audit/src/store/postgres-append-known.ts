import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { AppendPlan } from '../domain/append.ts';
import type { LogState } from '../domain/log-state.ts';
import { joinHashes, joinPartials } from './hashes.ts';
import type { Schema } from './schema.ts';

/**
 * Writes what was planned on these states, in one statement and one round trip; false, and nothing is written, when a log is
 * in another state or an id is in use.
 */
export async function appendToKnown(
  database: Database<Schema>,
  { events, bytes, tiles, logs }: AppendPlan,
  known: ReadonlyMap<string, LogState>,
): Promise<boolean> {
  const old = logs.map(({ tenant }) => known.get(tenant));
  const numbers = new Map(logs.map(({ tenant }, at) => [tenant, at + 1]));
  const partials = logs.map(joinPartials);
  const states = pack(partials.map(({ tail, upper }) => Buffer.concat([tail, upper])));
  const starts = events.map(({ start }) => start + 1);
  const hashes = pack(tiles.map((tile) => joinHashes(tile.hashes)));
  const append = sql<{ written: boolean }>`
    select append_events(
      ${array(logs.map(({ tenant }) => tenant))}, ${array(old.map((state) => state?.size))},
      ${array(old.map((state) => state?.recordedAt.toISOString()))}, ${array(logs.map(({ size }) => size))},
      ${array(logs.map(({ recordedAt }) => recordedAt.toISOString()))},
      ${states.all}, ${states.starts}, ${array(partials.map(({ tail }) => tail.length))},
      ${array(partials.map(({ upper }) => upper.length))},
      ${array(events.map(({ entry }) => numbers.get(entry.tenant)))}, ${array(events.map(({ index }) => index))},
      ${array(events.map(({ entry }) => entry.id))}, ${array(events.map(({ entry }) => entry.sensitivity))},
      ${bytes}, ${array(starts)}, ${array(events.map((event) => event.bytes.length))},
      ${array(tiles.map(({ tenant }) => numbers.get(tenant)))}, ${array(tiles.map(({ level }) => level))},
      ${array(tiles.map(({ number }) => number))}, ${hashes.all}, ${hashes.starts}, ${hashes.lengths}
    ) as written`;
  const rows = await database.once(platformScope(), append, { bound: true });
  return rows[0]?.written === true;
}

/** Parts one after the other, with where each is as PostgreSQL counts. */
function pack(parts: readonly Uint8Array[]): { all: Buffer; starts: string; lengths: string } {
  const starts: number[] = [];
  let next = 1;
  for (const { length } of parts) {
    starts.push(next);
    next += length;
  }
  return { all: Buffer.concat(parts), starts: array(starts), lengths: array(parts.map(({ length }) => length)) };
}

// What is in these arrays needs no quotes: numbers, times, UUIDs and the ids of tenants.
const array = (items: readonly (string | number | bigint | undefined)[]): string => `{${items.join(',')}}`;
