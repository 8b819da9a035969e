-- Signing keys and revocations. Keys belong to the platform; a revocation to the tenant whose tokens it stops.

-- One row. Taking a revision locks it until commit, so revisions become visible in their order and without gaps.
create table token_head (
  only_row boolean primary key default true check (only_row),
  revision bigint not null,
  keys_revision bigint not null
);
insert into token_head (revision, keys_revision) values (1, 1);

-- The stage of a key follows from its times, so stages go on whoever runs and whenever.
create table signing_keys (
  id text primary key,
  algorithm smallint not null,
  public_jwk jsonb not null,
  -- Encrypted under the master key; null once it is destroyed.
  private_key bytea,
  published_at timestamptz(3) not null,
  signs_from timestamptz(3) not null,
  signs_until timestamptz(3),
  retires_at timestamptz(3),
  revoked boolean not null default false
);

create table revocations (
  revision bigint primary key,
  tenant text not null,
  -- 'token', 'principal', 'tenant' or 'key'
  kind text not null,
  target text not null,
  issued_before timestamptz(3),
  revoked_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index revocations_target on revocations (tenant, kind, target);
create index revocations_expires_at on revocations (expires_at);
alter table revocations enable row level security;
alter table revocations force row level security;
create policy tenant_isolation on revocations using (weir_visible(tenant));
