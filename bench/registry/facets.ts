import { DataFormat } from '@weir/contracts/registry';
import { result, type BenchOptions, type BenchResult } from '../bench.ts';
import { describeLatencies, inTurns, percentile } from './measure.ts';
import { any, type Subject } from './subject.ts';

/** Every facet of what a tenant sees of two formats, by one prepared statement with nothing around it. */
const FACETS = `
  with passing as materialized (
    select v.clearance, v.lifecycle, v.data_formats, v.certifications, v.capabilities
    from visible_spans s join components c on c.component = s.component
    join versions v on v.component = s.component and v.prerelease = s.prerelease and v.key >= s.from_key and v.key < s.to_key
    where s.tenant = $1 and s.expires_at > now() and c.features && $2::int[]
      and v.clearance <= (select clearance_ceiling from tenants where tenant = $1) and v.lifecycle < 4
      and v.data_formats & $3::int <> 0
  ), alike as (
    select clearance, lifecycle, data_formats, certifications, count(*) from passing group by 1, 2, 3, 4
  ), had as (
    select number, sum(count) as count
    from (select capabilities, count(*) from passing group by 1) c cross join unnest(c.capabilities) number group by 1
  )
  select clearance, lifecycle, data_formats, certifications, null as capability, count from alike
  union all select null, null, null, null, name, count from had join capabilities using (number)`;

/** All facets under one filter, beside the bare statement. */
export async function facets(subject: Subject, { say, small }: BenchOptions): Promise<BenchResult[]> {
  const formats = [DataFormat.CSV, DataFormat.PARQUET];
  const values = (tenant: string) => [
    tenant,
    formats.map((format) => -format),
    formats.reduce<number>((bits, format) => bits | (1 << format), 0),
  ];
  const taken = await inTurns(small ? 100 : 1_000, {
    sql: () => subject.sql.query({ name: 'facets', text: FACETS, values: values(any(subject.tenants).id) }),
    rpc: () => {
      const { components, name } = any(subject.tenants);
      return components.getFacets({ tenant: name, filter: { dataFormats: formats } });
    },
  });
  say(`  all facets of a tenant: ${describeLatencies(taken.rpc)}; bare SQL ${describeLatencies(taken.sql)}`);
  return [
    result('facets_p99_ms', percentile(taken.rpc, 0.99)),
    result('facets_p50_over_sql', percentile(taken.rpc, 0.5) / percentile(taken.sql, 0.5), { most: 3 }),
    result('facets_p99_over_sql', percentile(taken.rpc, 0.99) / percentile(taken.sql, 0.99), { most: 3 }),
  ];
}
