-- What was measured, the clocks of incidents, and the receipts of erasures.
create table assessments (
  tenant text not null,
  id text collate "C" not null,
  -- weir.security.v1.ComplianceAssessment, with all the evidence that is kept
  content bytea not null,
  evaluated_at timestamptz(3) not null,
  primary key (tenant, id)
);
create index assessments_time on assessments (tenant, evaluated_at);
alter table assessments enable row level security;
alter table assessments force row level security;
create policy tenant_isolation on assessments using (weir_visible(tenant));

-- Which assessment a request was answered with, so that a repeat gets it again.
create table assessment_requests (
  tenant text not null,
  principal text not null,
  request_id text not null,
  request_digest bytea not null,
  assessment text not null,
  created_at timestamptz(3) not null default now(),
  primary key (tenant, principal, request_id)
);
create index assessment_requests_age on assessment_requests (created_at);
alter table assessment_requests enable row level security;
alter table assessment_requests force row level security;
create policy tenant_isolation on assessment_requests using (weir_visible(tenant));

-- One row per incident and framework.
create table breach_clocks (
  tenant text not null,
  id text collate "C" not null,
  framework smallint not null,
  control_id text not null,
  trigger smallint not null,
  -- What the clocks of one incident have in common.
  incident text not null,
  description text not null,
  resources text[] not null,
  audit_event_ids text[] not null,
  discovered_at timestamptz(3) not null,
  notify_by timestamptz(3) not null,
  -- Null: it runs.
  stopped_at timestamptz(3),
  -- Null with `stopped_at`: it was no breach.
  notified_at timestamptz(3),
  stopped_by text not null default '',
  statement text not null default '',
  primary key (tenant, id)
);
create index breach_clocks_deadline on breach_clocks (tenant, notify_by, id);
-- While a clock runs, more of the same belongs to its incident.
create unique index breach_clocks_running on breach_clocks (tenant, framework, trigger) where stopped_at is null;
alter table breach_clocks enable row level security;
alter table breach_clocks force row level security;
create policy tenant_isolation on breach_clocks using (weir_visible(tenant));

create table erasures (
  tenant text not null,
  id text collate "C" not null,
  subject_hash text not null,
  destroyed_keys integer not null,
  ciphertexts bigint not null,
  tokens bigint not null,
  requested_by text not null,
  reason text not null,
  erased_at timestamptz(3) not null,
  audit_event_id uuid not null,
  primary key (tenant, id)
);
create index erasures_subject on erasures (tenant, subject_hash);
alter table erasures enable row level security;
alter table erasures force row level security;
create policy tenant_isolation on erasures using (weir_visible(tenant));
