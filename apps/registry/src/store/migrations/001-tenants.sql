-- Tenants. Limits that are null are those of the tier; -1 is no bound.
create table tenants (
  tenant text collate "C" primary key,
  display_name text not null,
  tier smallint not null,
  max_concurrent_jobs integer,
  monthly_processing_hours bigint,
  storage_gb bigint,
  custom_limits jsonb not null default '{}',
  allowed_environments smallint[] not null,
  clearance_ceiling smallint not null,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  suspended_at timestamptz,
  deleted_at timestamptz,
  -- Until when it can be undeleted; after that it counts as gone, and its id is free.
  purge_at timestamptz
);
create index tenants_purge_at on tenants (purge_at) where purge_at is not null;

alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenant_isolation on tenants using (weir_visible(tenant));
