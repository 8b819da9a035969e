-- Processes of this service. What a process holds is free again once it has not been seen for a while.
create table instances (
  id uuid primary key,
  seen_at timestamptz not null default now()
);

-- Bytes that a tenant stores, bytes that are arriving included.
create table storage (
  tenant text primary key,
  used_bytes bigint not null default 0 check (used_bytes >= 0)
);
alter table storage enable row level security;
alter table storage force row level security;
create policy tenant_isolation on storage using (weir_visible(tenant));

-- One row for each file. It is arriving while `instance` writes it, current while a dataset is made of it, and garbage
-- from then on until nobody reads it and its file and its share of the quota are gone.
create table contents (
  id uuid primary key,
  tenant text not null,
  state text not null check (state in ('arriving', 'current', 'garbage')),
  counted_bytes bigint not null default 0 check (counted_bytes >= 0),
  instance uuid,
  created_at timestamptz not null default now()
);
create index contents_not_current on contents (state) where state <> 'current';
alter table contents enable row level security;
alter table contents force row level security;
create policy tenant_isolation on contents using (weir_visible(tenant));

-- Who reads a file: it stays until they are done.
create table content_readers (
  id uuid primary key,
  tenant text not null,
  content uuid not null references contents on delete cascade,
  instance uuid not null,
  reader text not null,
  created_at timestamptz not null default now()
);
create index content_readers_content on content_readers (content);
alter table content_readers enable row level security;
alter table content_readers force row level security;
create policy tenant_isolation on content_readers using (weir_visible(tenant));

create table datasets (
  tenant text not null,
  id text collate "C" not null,
  content uuid not null references contents,
  display_name text not null,
  format smallint not null,
  csv jsonb,
  classification smallint not null,
  data_types text[] not null,
  columns jsonb not null,
  row_count bigint not null,
  size_bytes bigint not null,
  sha256 text not null,
  key_version text not null default '',
  pii_types smallint[] not null default '{}',
  run_id text not null default '',
  sources text[] not null default '{}',
  created_by text not null,
  labels jsonb not null,
  expires_at timestamptz,
  etag text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- What DescribeDataset computed for this content, an encoded DescribeDatasetResponse.
  profile bytea,
  primary key (tenant, id)
);
create index datasets_content on datasets (content);
create index datasets_expires_at on datasets (expires_at) where expires_at is not null;
create index datasets_run on datasets (tenant, run_id) where run_id <> '';
alter table datasets enable row level security;
alter table datasets force row level security;
create policy tenant_isolation on datasets using (weir_visible(tenant));
