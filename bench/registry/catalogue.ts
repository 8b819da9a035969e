import type { DeepPartial } from '@weir/contracts';
import { Clearance, ComponentVersion, Runtime, ScalarType } from '@weir/contracts/registry';

/** How much is loaded. */
export interface CatalogueSize {
  readonly components: number;
  readonly tenants: number;
  /** Components that each tenant is granted. */
  readonly granted: number;
}

/** Versions of each component. */
export const VERSIONS = 20;

/** How many versions a catalogue has. */
export const versionsIn = ({ components }: CatalogueSize): number => components * VERSIONS;

/** Components that are loaded by one statement. */
export const CHUNK = 1_000;

/** The capabilities there are; those with low numbers are common. */
export const CAPABILITIES = 200;

/** "cap-042" */
export const capabilityName = (number: number): string => `cap-${String(number).padStart(3, '0')}`;

/** "tenant-0042" */
export const tenantId = (at: number): string => `tenant-${String(at).padStart(4, '0')}`;

const WORDS =
  'reads writes checks joins cleans profiles hides counts merges splits sorts dates names flights rows files';

/** What every version says beside its name, capabilities, formats, clearance and certifications, as protobuf has it. */
const body = ComponentVersion.encode(
  ComponentVersion.fromPartial({
    displayName: 'Loaded in bulk',
    description: `A component of the bench: ${WORDS}.`,
    resources: { cpuMillicores: 2_000, memoryBytes: 4n * 2n ** 30n, ephemeralStorageBytes: 20n * 2n ** 30n },
    lineageTracking: true,
    parameters: [{ name: 'min_rows', type: ScalarType.INTEGER, description: 'Fewer rows than this fail the run.' }],
  }),
).finish();

const pipeline: DeepPartial<Runtime> = {
  kind: {
    $case: 'pipeline',
    value: {
      steps: [
        { id: 'rows', config: { $case: 'read', value: {} } },
        { id: 'columns', input: 'rows', config: { $case: 'profile', value: { topValues: 10 } } },
      ],
    },
  },
};
const runtime = Runtime.encode(Runtime.fromPartial(pipeline as Parameters<typeof Runtime.fromPartial>[0])).finish();

const words = [...new Set(`loaded in bulk a component of the bench ${WORDS}`.split(' '))];

/** Tenants, and the names of capabilities. */
export const tenantsSql = ({ tenants }: CatalogueSize): string[] => [
  `insert into tenants (tenant, display_name, tier, allowed_environments, clearance_ceiling)
   select 'tenant-' || lpad(t::text, 4, '0'), 'Tenant ' || t, 3, '{1,3}', 2 + t % 3 from generate_series(0, ${tenants - 1}) t`,
  'insert into tenant_meters (tenant) select tenant from tenants',
  `insert into capabilities (name)
   select 'cap-' || lpad(c::text, 3, '0') from generate_series(0, ${CAPABILITIES - 1}) c order by c`,
];

const hex = (bytes: Uint8Array): string => `'\\x${Buffer.from(bytes).toString('hex')}'::bytea`;
const random = (seed: number): string => `(hashint8extended(i, ${seed}) & 1073741823)`;
// A quarter of the picks fall on a sixteenth of the capabilities.
const capability = (seed: number): string => `floor(${CAPABILITIES} * (${random(seed)} / 1073741824.0) ^ 2)::int`;

/**
 * Components from `from` on, with their versions 1.0.0 to 2.9.0: what they have follows from their number, and grows a
 * little from 2.0.0 on. Names that follow each other share nothing else.
 */
export function componentsSql(from: number, count: number): string[] {
  return [
    `create temp table loading on commit drop as
     select i, 'part-' || lpad(i::text, 6, '0') as component, ${random(1)} % 16 as kind,
       array[${[2, 3, 4, 5].map(capability).join(', ')}] as own, ${capability(6)} as later,
       (1 << (1 + (${random(7)} % 7)::int)) | (1 << (1 + (${random(8)} % 7)::int)) as data_formats,
       (array[0, 2, 6, 10, 14, 30])[1 + ${random(9)} % 6] as certifications,
       (array[${Clearance.PUBLIC}, ${Clearance.PUBLIC}, ${Clearance.INTERNAL}, ${Clearance.INTERNAL}, ${Clearance.CONFIDENTIAL}, ${Clearance.RESTRICTED}])[1 + ${random(10)} % 6] as clearance
     from generate_series(${from}, ${from + count - 1}) i`,
    `create temp table loading_versions on commit drop as
     select l.component, major || '.' || minor || '.0' as version, '01' || major || '01' || minor || '010~' as key,
       l.clearance, l.data_formats, l.certifications, lifecycle,
       array(select distinct c.number from unnest(l.own || case when major = 2 then array[l.later] else '{}' end) as had (at)
         join capabilities c on c.name = 'cap-' || lpad(had.at::text, 3, '0') order by c.number) as capabilities
     from loading l cross join generate_series(1, 2) major cross join generate_series(0, 9) minor
     cross join lateral (select case
       when hashint8extended(l.i * 20 + major * 10 + minor, 11) & 31 = 0 then 4
       when hashint8extended(l.i * 20 + major * 10 + minor, 12) & 15 = 0 then 3
       when hashint8extended(l.i * 20 + major * 10 + minor, 13) & 7 = 0 then 2 else 1 end as lifecycle) life`,
    `insert into components (component, features, words)
     select v.component, array(select distinct f from loading_versions w, unnest(w.capabilities
         || array(select -bit from generate_series(1, 30) bit where w.data_formats & (1 << bit) <> 0)
         || array(select -100 - bit from generate_series(1, 30) bit where w.certifications & (1 << bit) <> 0)
         || array[-200 - w.clearance, -300 - w.lifecycle]) f where w.component = v.component order by f),
       ${wordsOf('v.component')}
     from (select distinct component from loading_versions) v order by 1`,
    `insert into versions (component, key, version, prerelease, clearance, lifecycle, data_formats, certifications, capabilities, words, bytes,
       lifecycle_reason, sunset_at)
     select component, key, version, false, clearance, lifecycle, data_formats, certifications, capabilities,
       ${wordsOf('component')}, ${body.length + 150},
       case when lifecycle > 1 then 'superseded' else '' end, case when lifecycle > 2 then now() + interval '90 days' end
     from loading_versions order by component, key`,
    `insert into manifests (component, key, clearance, digest, body, runtime, published_by)
     select component, key, clearance, sha256(convert_to(component || version, 'UTF8')), ${bodyOf}, ${hex(runtime)}, 'principals/bench'
     from loading_versions order by component, key`,
  ];
}

const wordsOf = (component: string): string =>
  `array_to_tsvector(array['${words.join("', '")}', 'part', split_part(${component}, '-', 2)])`;

const field = (tag: string, text: string): string =>
  `decode('${tag}' || lpad(to_hex(octet_length(${text})), 2, '0'), 'hex') || convert_to(${text}, 'UTF8')`;
const bits = (tag: string, column: string): string =>
  `coalesce((select decode('${tag}' || lpad(to_hex(count(*)), 2, '0') || string_agg(lpad(to_hex(bit), 2, '0'), ''), 'hex')
    from generate_series(1, 30) bit where ${column} & (1 << bit) <> 0 having count(*) > 0), '')`;

/** A ComponentVersion, put together from its parts: the fields of a message may come in any order. */
const bodyOf = `${field('0a', `'components/' || component || '/versions/' || version`)} || ${hex(body)}
  || (select string_agg(${field('22', 'c.name')}, '' order by c.name) from capabilities c where c.number = any(capabilities))
  || ${bits('2a', 'data_formats')} || decode('38' || lpad(to_hex(clearance), 2, '0'), 'hex') || ${bits('42', 'certifications')}`;

/** Grants of every tenant: each of another part of the catalogue, the newest versions or all of them. */
export function grantsSql({ components, tenants, granted }: CatalogueSize): string[] {
  const step = Math.max(1, Math.floor(components / granted));
  return [
    `insert into grants (tenant, id, component, range, granted_by)
     select 'tenant-' || lpad(t::text, 4, '0'), 'g' || n,
       'part-' || lpad(((n * ${step} + t * 7) % ${components})::text, 6, '0'),
       case when (n + t) % 4 = 0 then '^2.0.0' else '*' end, 'principals/bench'
     from generate_series(0, ${tenants - 1}) t cross join generate_series(0, ${granted - 1}) n order by 1, 3`,
    `insert into visible_spans (tenant, component, prerelease, from_key, to_key)
     select tenant, component, false, case when range = '*' then '' else '012010010~' end,
       case when range = '*' then '~' else '013010010~' end
     from grants order by tenant, component`,
  ];
}
