import type { Scope } from '@weir/context';
import type { Clearance, Lifecycle } from '@weir/contracts/registry';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Tallies } from '../domain/facets.ts';
import type { CapabilityNumbers } from './capability-numbers.ts';
import type { DiscoveryFilter } from './component-store.ts';
import { conditionsOf, termArguments, termsOf, type Terms } from './discovery-terms.ts';
import type { Schema } from './schema.ts';
import { seen } from './version-rows.ts';

type Tx = Transaction<Schema>;

/** Counts the versions that pass the filter in one pass, alike ones together. */
export async function tally(
  tx: Tx,
  scope: Scope,
  numbers: CapabilityNumbers,
  filter: DiscoveryFilter,
  wantsCapabilities: boolean,
): Promise<Tallies> {
  const terms = await termsOf(tx, numbers, filter);
  if (!terms) return { versions: [], capabilities: [] };
  const planned = scope.tenant !== undefined && terms.words === undefined;
  const query = planned
    ? sql<Row>`select * from tally_versions(${scope.tenant}::text, ${termArguments(terms)}, ${wantsCapabilities}::boolean)`
    : anyTally(scope, terms, wantsCapabilities);
  const { rows } = await query.execute(tx);
  return {
    versions: rows.flatMap((row) => (row.capability === null ? [versionTally(row)] : [])),
    capabilities: rows.flatMap(({ capability, count }) => (capability === null ? [] : [{ capability, count }])),
  };
}

/** The same for the platform, and for words: a statement of its own for each kind of filter. */
function anyTally(scope: Scope, terms: Terms, wantsCapabilities: boolean): RawBuilder<Row> {
  const passing = conditionsOf(terms);
  const narrowed = passing.component.length > 0;
  const from = narrowed ? sql`components c join ${seen(scope)} v on v.component = c.component` : sql`${seen(scope)} v`;
  const conditions = [...(narrowed ? passing.component : []), ...passing.version];
  const alike = sql`clearance, lifecycle, data_formats, certifications`;
  const sets = wantsCapabilities ? sql`grouping sets ((${alike}), (capabilities))` : alike;
  return sql<Row>`
    with passing as (
      select v.clearance, v.lifecycle, v.data_formats, v.certifications, v.capabilities
      from ${from} where ${sql.join(conditions, sql` and `)}
    ),
    tallied as materialized (
      select ${alike}, ${wantsCapabilities ? sql`capabilities` : sql`null::int[] as capabilities`}, count(*) as count
      from passing group by ${sets}
    )
    select ${alike}, null as capability, count from tallied where capabilities is null
    union all
    select null, null, null, null, c.name, sum(t.count)::bigint
    from tallied t cross join unnest(t.capabilities) as has (number) join capabilities c on c.number = has.number
    group by c.name`;
}

interface Row {
  readonly clearance: Clearance;
  readonly lifecycle: Lifecycle;
  readonly data_formats: number;
  readonly certifications: number;
  readonly capability: string | null;
  readonly count: bigint;
}

const versionTally = ({ clearance, lifecycle, data_formats, certifications, count }: Row) => ({
  clearance,
  lifecycle,
  dataFormats: data_formats,
  certifications,
  count,
});
