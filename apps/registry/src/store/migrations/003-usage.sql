-- Job slots: leases by the clock of this database. One row of tenant_meters is locked by whatever changes the slots of
-- its tenant, so limits are checked against what is true.
create table tenant_meters (
  tenant text collate "C" primary key,
  -- The last one handed out.
  fencing_token bigint not null default 0,
  stored_bytes bigint not null default 0
);

create table job_slots (
  tenant text collate "C" not null,
  id text collate "C" not null,
  job text collate "C" not null,
  component text collate "C",
  key text collate "C",
  holder text not null,
  fencing_token bigint not null,
  ttl_ms integer not null,
  acquired_at timestamptz not null,
  expires_at timestamptz not null,
  -- Why the holder was told to stop; 0 while it was not.
  stop_reason smallint not null default 0,
  -- Set once its time was counted: when it was released, or when its lease had ended by itself.
  ended_at timestamptz,
  expired boolean not null default false,
  -- Failed for a lease that ended by itself, until its holder says otherwise.
  outcome smallint,
  -- Its holder has said how it ended; nothing is counted after that.
  released boolean not null default false,
  primary key (tenant, id)
);
create unique index job_slots_held on job_slots (tenant, job) where ended_at is null;
create index job_slots_version on job_slots (component, key, tenant, ended_at) where component is not null;

create table usage_months (
  tenant text collate "C" not null,
  -- Its first day, UTC.
  month date not null,
  processing_ms bigint not null default 0,
  processed_bytes bigint not null default 0,
  stored_bytes bigint not null default 0,
  rows_read bigint not null default 0,
  rows_written bigint not null default 0,
  jobs_completed bigint not null default 0,
  jobs_failed bigint not null default 0,
  jobs_cancelled bigint not null default 0,
  last_activity_at timestamptz not null,
  primary key (tenant, month)
);
create index usage_months_listed on usage_months (month desc, tenant);

alter table tenant_meters enable row level security;
alter table tenant_meters force row level security;
create policy tenant_isolation on tenant_meters using (weir_visible(tenant));

alter table job_slots enable row level security;
alter table job_slots force row level security;
create policy tenant_isolation on job_slots using (weir_visible(tenant));

alter table usage_months enable row level security;
alter table usage_months force row level security;
create policy tenant_isolation on usage_months using (weir_visible(tenant));
