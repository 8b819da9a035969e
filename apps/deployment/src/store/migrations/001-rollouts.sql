-- One row per tenant, environment and component: whose colour serves, and since which generation.
-- Every change of a rollout takes the lock of its lane first.
create table lanes (
  tenant text not null,
  environment smallint not null,
  component text not null,
  revisions integer not null default 0,
  generation bigint not null default 0,
  active text,
  switched_at timestamptz,
  -- weir.deployment.v1.Route as it is now; null before the first switch.
  route bytea,
  primary key (tenant, environment, component)
);
alter table lanes enable row level security;
alter table lanes force row level security;
create policy tenant_isolation on lanes using (weir_visible(tenant));

create table deployments (
  tenant text not null,
  id text not null,
  environment smallint not null,
  component text not null,
  revision_number integer not null,
  -- weir.deployment.v1.DeploymentSpec, defaults filled in.
  spec bytea not null,
  -- weir.registry.v1.ComponentVersion as it was when the rollout was accepted.
  component_version bytea not null,
  phase smallint not null,
  settled boolean not null,
  -- Not settled, or its colour is still there, or the registry is not told yet that it is gone.
  live boolean not null,
  -- The deployment whose colour served before, as an id.
  old text,
  -- Everything that changes, as domain/lane.ts has it.
  state jsonb not null,
  -- Grows with every change that a watcher sees.
  revision bigint not null default 1,
  created_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant, id)
);
alter table deployments enable row level security;
alter table deployments force row level security;
create policy tenant_isolation on deployments using (weir_visible(tenant));
create unique index deployments_revision on deployments (tenant, environment, component, revision_number);
create index deployments_live on deployments (tenant, environment, component) where live;
create index deployments_created on deployments (tenant, created_at desc, id desc);

-- The changes of routes, in the order in which they were committed.
create table route_head (
  only_row boolean primary key default true check (only_row),
  revision bigint not null default 0,
  -- Changes up to this one are forgotten.
  compacted bigint not null default 0
);
insert into route_head default values;

create table route_changes (
  revision bigint primary key,
  tenant text not null,
  environment smallint not null,
  component text not null,
  -- weir.deployment.v1.Route; null: it exists no more.
  route bytea,
  changed_at timestamptz not null default clock_timestamp()
);
alter table route_changes enable row level security;
alter table route_changes force row level security;
create policy tenant_isolation on route_changes using (weir_visible(tenant));
