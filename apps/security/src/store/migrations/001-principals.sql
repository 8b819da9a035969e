-- Principals, their client secrets, and from when on their tokens count. The tenant '' is the platform: no tenant's
-- transaction sees it.

-- One row per tenant that has principals. Issuing a token takes a share lock on it, revoking all tokens of the tenant an
-- exclusive one: no token slips through between the two.
create table token_tenants (
  tenant text primary key,
  tokens_valid_from timestamptz(3)
);
alter table token_tenants enable row level security;
alter table token_tenants force row level security;
create policy tenant_isolation on token_tenants using (weir_visible(tenant));

create table principals (
  tenant text not null references token_tenants,
  id text collate "C" not null,
  kind smallint not null,
  display_name text not null,
  roles smallint[] not null,
  revision bigint not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  disabled_at timestamptz(3),
  last_authenticated_at timestamptz(3),
  tokens_valid_from timestamptz(3),
  primary key (tenant, id)
);
alter table principals enable row level security;
alter table principals force row level security;
create policy tenant_isolation on principals using (weir_visible(tenant));

create table client_secrets (
  tenant text not null,
  principal text not null,
  id text collate "C" not null,
  display_name text not null,
  -- scrypt with its own salt; the parameters are part of the text.
  hash text not null,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  primary key (tenant, principal, id),
  foreign key (tenant, principal) references principals (tenant, id)
);
alter table client_secrets enable row level security;
alter table client_secrets force row level security;
create policy tenant_isolation on client_secrets using (weir_visible(tenant));
