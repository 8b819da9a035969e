-- Encryption keys of tenants. Versions wrap data keys, the master key wraps versions.
create table crypto_keys (
  tenant text not null,
  id text collate "C" not null,
  display_name text not null,
  primary_version integer not null,
  rotate_every_ms bigint,
  revision bigint not null default 1,
  created_at timestamptz(3) not null default now(),
  destroyed_at timestamptz(3),
  primary key (tenant, id)
);
alter table crypto_keys enable row level security;
alter table crypto_keys force row level security;
create policy tenant_isolation on crypto_keys using (weir_visible(tenant));

create table crypto_key_versions (
  tenant text not null,
  key text collate "C" not null,
  version integer not null,
  -- Encrypted under the master key; null once it is erased.
  material bytea,
  master_key text not null,
  -- What needs it is counted - rewrapped - discarded - erased.
  counted bigint not null default 0,
  rewrapped bigint not null default 0,
  discarded bigint not null default 0,
  erased bigint not null default 0,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  erased_at timestamptz(3),
  primary key (tenant, key, version),
  foreign key (tenant, key) references crypto_keys (tenant, id)
);
alter table crypto_key_versions enable row level security;
alter table crypto_key_versions force row level security;
create policy tenant_isolation on crypto_key_versions using (weir_visible(tenant));
