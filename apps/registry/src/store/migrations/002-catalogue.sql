-- The catalogue: what is published, and what each tenant sees of it.
--
-- `key` is a version's SemVer precedence as text whose byte order is that precedence (domain/version-key.ts). A range
-- of versions is therefore a range of keys, and everything a tenant was granted is a set of key ranges.

-- A component is here once its first version is. Publishing, granting and pointing aliases lock its row.
create table components (
  component text collate "C" primary key,
  created_at timestamptz not null default now()
);

-- Names of capabilities as numbers, so that 128 of them fit into an index entry.
create table capabilities (
  number integer generated always as identity unique,
  name text collate "C" primary key
);

-- What discovery filters by, and what changes: narrow, so that it stays in memory.
create table versions (
  component text collate "C" not null,
  key text collate "C" not null,
  version text collate "C" not null,
  prerelease boolean not null,
  clearance smallint not null,
  lifecycle smallint not null default 1,
  -- Bit n is set for the enum value n.
  data_formats integer not null,
  certifications integer not null,
  capabilities integer[] not null,
  words tsvector not null,
  -- Bytes of its manifest without the runtime: a page is cut before it grows too large.
  bytes integer not null,
  lifecycle_reason text not null default '',
  replacement_component text collate "C",
  replacement_key text collate "C",
  sunset_at timestamptz,
  lifecycle_forced boolean not null default false,
  lifecycle_changed_at timestamptz,
  revision bigint not null default 1,
  -- Everything discovery filters by except words: a tenant's versions are found without touching the table.
  primary key (component, key) include (prerelease, clearance, lifecycle, data_formats, certifications, capabilities)
);
create index versions_capabilities on versions using gin (capabilities) with (fastupdate = off);
create index versions_words on versions using gin (words) with (fastupdate = off);

-- The content of versions, which never changes.
create table manifests (
  component text collate "C" not null,
  key text collate "C" not null,
  clearance smallint not null,
  -- SHA-256 of its canonical form.
  digest bytea not null,
  -- weir.registry.v1.ComponentVersion, content fields only, without the runtime.
  body bytea not null,
  -- weir.registry.v1.Runtime.
  runtime bytea not null,
  published_at timestamptz not null default now(),
  published_by text not null,
  primary key (component, key)
);

create table aliases (
  component text collate "C" not null,
  alias text collate "C" not null,
  -- Null once it was removed: its revision lives on.
  key text collate "C",
  revision bigint not null default 1,
  updated_at timestamptz not null default now(),
  primary key (component, alias)
);
create index aliases_key on aliases (component, key);

create table grants (
  tenant text collate "C" not null,
  id text collate "C" not null,
  component text collate "C" not null,
  range text not null,
  expires_at timestamptz,
  granted_at timestamptz not null default now(),
  granted_by text not null,
  revoked_at timestamptz,
  revision bigint not null default 1,
  primary key (tenant, id)
);
create unique index grants_held on grants (tenant, component, range) where revoked_at is null;
create index grants_listed on grants (tenant, component, id);
create index grants_component on grants (component, tenant, id);

-- What a tenant was granted of a component, as disjoint ranges of keys: [from_key, to_key). Derived from its grants
-- whenever one changes, so that visibility needs no range syntax, no duplicates and no work on publishing.
create table visible_spans (
  tenant text collate "C" not null,
  component text collate "C" not null,
  -- Whether it covers pre-releases or releases.
  prerelease boolean not null,
  from_key text collate "C" not null,
  to_key text collate "C" not null,
  expires_at timestamptz not null default 'infinity',
  primary key (tenant, component, prerelease, from_key) include (to_key, expires_at)
);
create index visible_spans_expiry on visible_spans (expires_at) where expires_at < 'infinity';

-- What a tenant sees is decided here and nowhere else. Archived versions are granted, and visible only to locks.
create view granted_versions with (security_invoker = true) as
  select s.tenant, v.*
  from tenants t
  join visible_spans s on s.tenant = t.tenant
  join versions v on v.component = s.component and v.prerelease = s.prerelease
    and v.key >= s.from_key and v.key < s.to_key and v.clearance <= t.clearance_ceiling
  where t.deleted_at is null and s.expires_at > now();

create view visible_versions with (security_invoker = true) as
  select * from granted_versions where lifecycle < 4;

alter table grants enable row level security;
alter table grants force row level security;
create policy tenant_isolation on grants using (weir_visible(tenant));

alter table visible_spans enable row level security;
alter table visible_spans force row level security;
create policy tenant_isolation on visible_spans using (weir_visible(tenant));

-- The second barrier of the catalogue: whatever a query says, content comes out for those who were granted it.
alter table manifests enable row level security;
alter table manifests force row level security;
create policy granted_only on manifests using (
  weir_visible('*') or exists (
    select from visible_spans s join tenants t on t.tenant = s.tenant
    where s.tenant = current_setting('weir.tenant', true)
      and s.component = manifests.component
      and manifests.key >= s.from_key and manifests.key < s.to_key
      and s.expires_at > now()
      and t.deleted_at is null and t.clearance_ceiling >= manifests.clearance
  )
) with check (weir_visible('*'));
