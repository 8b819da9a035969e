-- How runs ended, kept for 30 days: what agents are and how well they do is read from here.
create table runs (
  tenant text not null,
  id uuid not null,
  -- "components/<id>" and "components/<id>/versions/<semver>"; the version is empty when none was resolved.
  component text not null,
  version text not null,
  environment smallint not null,
  route_kind smallint not null,
  deployment text not null,
  colour smallint not null,
  state text not null check (state in ('succeeded', 'rejected', 'failed', 'cancelled')),
  reason text not null,
  job text not null,
  datasets text[] not null,
  rows_in bigint not null,
  rows_out bigint not null,
  processing_ms double precision not null,
  -- From request to answer.
  duration_ms double precision not null,
  quality_score double precision,
  started_at timestamptz not null,
  finished_at timestamptz not null default now(),
  primary key (tenant, id)
);
create index runs_of_agent on runs (tenant, component, finished_at desc);
create index runs_finished_at on runs (finished_at);
alter table runs enable row level security;
alter table runs force row level security;
create policy tenant_isolation on runs using (weir_visible(tenant));

-- Broken expectations of runs.
create table quality_issues (
  tenant text not null,
  run_id uuid not null,
  expectation text not null,
  component text not null,
  dataset text not null,
  check_text text not null,
  severity smallint not null,
  rows_failed bigint not null,
  rows_checked bigint not null,
  found_at timestamptz not null default now(),
  primary key (tenant, run_id, expectation)
);
create index quality_issues_of_agent on quality_issues (tenant, component, found_at desc);
create index quality_issues_found_at on quality_issues (found_at);
alter table quality_issues enable row level security;
alter table quality_issues force row level security;
create policy tenant_isolation on quality_issues using (weir_visible(tenant));
