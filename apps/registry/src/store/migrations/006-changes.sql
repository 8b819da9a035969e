-- What changed in the last 24 hours, with what was before: enough to tell what a tenant could see at any revision since,
-- at a cost that does not depend on how many tenants see it.
--
-- A revision is the id of a transaction. A row is read once no older transaction runs, so nothing is ever added below a
-- revision that was read.
create table catalogue_changes (
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  at timestamptz not null default now(),
  -- Null: a version changed, whoever sees it.
  tenant text collate "C",
  -- Null: the tenant's ceiling changed; 0 is that of a deleted tenant.
  component text collate "C",
  -- Null: what the tenant was granted of the component changed.
  key text collate "C",
  -- 0: not published.
  lifecycle_before smallint,
  lifecycle_after smallint,
  spans_before jsonb,
  spans_after jsonb,
  ceiling_before smallint,
  ceiling_after smallint,
  primary key (xid, id)
);
create index catalogue_changes_tenant on catalogue_changes (tenant, xid) where tenant is not null;
create index catalogue_changes_component on catalogue_changes (component, xid) where tenant is null;
create index catalogue_changes_at on catalogue_changes (at);

alter table catalogue_changes enable row level security;
alter table catalogue_changes force row level security;
create policy tenant_isolation on catalogue_changes using (weir_visible(coalesce(tenant, '*')));

-- Up to which revision changes were removed.
create table catalogue_compaction (
  only_row boolean primary key default true check (only_row),
  through xid8 not null
);
insert into catalogue_compaction (through) values ('0');

-- A version's note names its replacement, as far as the tenant can see it.
create index versions_replacement on versions (replacement_component, replacement_key)
  where replacement_component is not null;
