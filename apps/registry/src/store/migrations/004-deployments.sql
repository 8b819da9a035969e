-- Which versions live deployments use, as the deployment service says. A row stays when its deployment is gone, so that
-- word of an older generation that comes late changes nothing.
create table deployments (
  tenant text collate "C" not null,
  id text collate "C" not null,
  environment smallint not null,
  generation bigint not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  primary key (tenant, id)
);

create table deployment_versions (
  tenant text collate "C" not null,
  deployment text collate "C" not null,
  component text collate "C" not null,
  key text collate "C" not null,
  primary key (tenant, deployment, component, key)
);
create index deployment_versions_version on deployment_versions (component, key, tenant, deployment);

alter table deployments enable row level security;
alter table deployments force row level security;
create policy tenant_isolation on deployments using (weir_visible(tenant));

alter table deployment_versions enable row level security;
alter table deployment_versions force row level security;
create policy tenant_isolation on deployment_versions using (weir_visible(tenant));

-- Who may use a version, by component; and who has, with all that is asked about a job.
create index visible_spans_component on visible_spans (component, tenant);
drop index job_slots_version;
create index job_slots_version on job_slots (component, key, tenant)
  include (acquired_at, expires_at, ended_at) where component is not null;
