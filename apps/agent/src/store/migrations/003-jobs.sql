-- Accepted work. Whoever works on a job has claimed it: only the latest claim may change it.
create table jobs (
  tenant text not null,
  id text collate "C" not null,
  -- The order in which jobs were accepted.
  seq bigint generated always as identity,
  -- A batch of a ProcessBatch call, for its repeats: it is no job to anybody else.
  hidden boolean not null default false,
  state smallint not null,
  revision bigint not null default 1,
  -- An encoded Job, of which only the work counts; what it names is beside it for filters.
  work bytea not null,
  components text[] not null,
  datasets text[] not null,
  -- The id of the run, the same each time that the job is begun.
  run_id uuid not null,
  attempts integer not null default 0,
  submitted_by text not null,
  traceparent text,
  cancel_reason text not null default '',
  claim bigint not null default 0,
  claimed_by uuid,
  -- When a queued job may be tried again.
  not_before timestamptz,
  -- An encoded Job, of which only the outcome counts, and the state that the job ends in. There from the moment that
  -- the outputs are visible.
  outcome bytea,
  ends_as smallint,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant, id)
);
create unique index jobs_seq on jobs (seq);
create index jobs_newest on jobs (tenant, seq desc) where not hidden;
-- Not ended: QUEUED, RUNNING, CANCELLING.
create index jobs_open on jobs (tenant, seq) where state < 4;
create index jobs_finished_at on jobs (finished_at) where finished_at is not null;
alter table jobs enable row level security;
alter table jobs force row level security;
create policy tenant_isolation on jobs using (weir_visible(tenant));

-- Items of batches that have ended.
create table job_items (
  tenant text not null,
  job text collate "C" not null,
  item_index integer not null,
  -- Of the job, when the item ended.
  revision bigint not null,
  -- An encoded BatchItemResult.
  result bytea not null,
  primary key (tenant, job, item_index),
  foreign key (tenant, job) references jobs on delete cascade
);
create index job_items_revision on job_items (tenant, job, revision);
alter table job_items enable row level security;
alter table job_items force row level security;
create policy tenant_isolation on job_items using (weir_visible(tenant));
