import { Certification, DataFormat } from '@weir/contracts/registry';
import { result, type BenchOptions, type BenchResult } from '../bench.ts';
import { CAPABILITIES, capabilityName, versionsIn } from './catalogue.ts';
import { describeLatencies, inTurns, percentile } from './measure.ts';
import { any, type Caller, type Subject } from './subject.ts';

/** What a tenant looks for: three filters at once. */
interface Search {
  readonly caller: Caller;
  readonly capability: number;
  readonly formats: readonly DataFormat[];
  readonly certification: Certification;
}

const PAGE = 50;

/** Common capabilities are asked for as often as they occur. */
const search = ({ tenants }: Subject): Search => ({
  caller: any(tenants),
  capability: Math.floor(CAPABILITIES * Math.random() ** 2),
  formats: any([
    [DataFormat.CSV, DataFormat.PARQUET],
    [DataFormat.JSON, DataFormat.NDJSON],
  ]),
  certification: any([Certification.SOC2, Certification.GDPR, Certification.HIPAA]),
});

const discover = ({ caller, capability, formats, certification }: Search) =>
  caller.components.discoverComponents({
    tenant: caller.name,
    filter: {
      capabilities: [capabilityName(capability)],
      dataFormats: [...formats],
      certifications: [certification],
    },
    pageSize: PAGE,
  });

/**
 * The same page by the leanest statement there is: prepared, with what components have to pass over most of them, by
 * index only until the page is known; without aliases, replacements, row-level security or a transaction.
 */
const DISCOVER = `
  with page as materialized (
    select v.component, v.key
    from visible_spans s join components c on c.component = s.component
    join versions v on v.component = s.component and v.prerelease = s.prerelease and v.key >= s.from_key and v.key < s.to_key
    where s.tenant = $1 and s.expires_at > now() and c.features @> array[$2::int, -100 - $4::int] and c.features && $3::int[]
      and v.clearance <= (select clearance_ceiling from tenants where tenant = $1) and v.lifecycle < 4
      and v.capabilities @> array[$2::int] and v.data_formats & $5::int <> 0 and v.certifications & (1 << $4::int) <> 0
    order by v.component, v.key desc limit ${PAGE}
  )
  select m.component, m.key, v.version, v.lifecycle, v.revision, m.digest, m.body, m.published_at
  from page p join versions v on v.component = p.component and v.key = p.key
  join manifests m on m.component = p.component and m.key = p.key
  order by p.component, p.key desc`;

async function numbersOf({ sql }: Subject): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ name: string; number: number }>('select name, number from capabilities');
  return new Map(rows.map(({ name, number }) => [name, number]));
}

async function bySql(subject: Subject, numbers: ReadonlyMap<string, number>, wanted: Search): Promise<number> {
  const number = numbers.get(capabilityName(wanted.capability)) ?? 0;
  const bits = wanted.formats.reduce<number>((sum, format) => sum | (1 << format), 0);
  const values = [wanted.caller.id, number, wanted.formats.map((format) => -format), wanted.certification, bits];
  return (await subject.sql.query({ name: 'discover', text: DISCOVER, values })).rows.length;
}

/** Discovery with three filters, at two sizes, each beside its bare statement. */
export async function discovery(
  small: Subject,
  large: Subject,
  { say, small: quick }: BenchOptions,
): Promise<BenchResult[]> {
  const numbers = { small: await numbersOf(small), large: await numbersOf(large) };
  await agree(large, numbers.large);
  const taken = await inTurns(quick ? 300 : 2_000, {
    smallSql: () => bySql(small, numbers.small, search(small)),
    small: () => discover(search(small)),
    largeSql: () => bySql(large, numbers.large, search(large)),
    large: () => discover(search(large)),
  });
  say(`  ${count(small)} versions: ${describeLatencies(taken.small)}; bare SQL ${describeLatencies(taken.smallSql)}`);
  say(`  ${count(large)} versions: ${describeLatencies(taken.large)}; bare SQL ${describeLatencies(taken.largeSql)}`);
  const over = (share: number): number => percentile(taken.large, share) / percentile(taken.largeSql, share);
  return [
    result('discover_p50_ms', percentile(taken.large, 0.5)),
    result('discover_p99_ms', percentile(taken.large, 0.99), { most: 10 }),
    result('discover_p50_over_sql', over(0.5), { most: 3 }),
    result('discover_p99_over_sql', over(0.99), { most: 3 }),
    result('discover_p50_ms_of_a_hundredth', percentile(taken.small, 0.5)),
    result('discover_p99_ms_of_a_hundredth', percentile(taken.small, 0.99)),
    result('discover_p50_over_a_hundredth', percentile(taken.large, 0.5) / percentile(taken.small, 0.5), { most: 2 }),
  ];
}

const count = ({ size }: Subject): string => versionsIn(size).toLocaleString('en');

/** Both ways must find the same, or nothing is compared. */
async function agree(subject: Subject, numbers: ReadonlyMap<string, number>): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const wanted = search(subject);
    const found = (await discover(wanted)).components.length;
    const expected = await bySql(subject, numbers, wanted);
    if (found !== expected) throw new Error(`${wanted.caller.id} finds ${found} versions, SQL ${expected}`);
  }
}
