-- What frameworks demand of tenants. A row is one revision of one framework's configuration; the highest counts.
create table framework_configs (
  tenant text not null,
  framework smallint not null,
  revision bigint not null,
  disabled boolean not null,
  -- weir.security.v1.ComplianceParameters, with every default in its place
  parameters bytea not null,
  configured_by text not null,
  configured_at timestamptz(3) not null default now(),
  -- When audit confirmed the retention that it demands.
  retention_applied_at timestamptz(3),
  primary key (tenant, framework, revision)
);
alter table framework_configs enable row level security;
alter table framework_configs force row level security;
create policy tenant_isolation on framework_configs using (weir_visible(tenant));

create table compliance_tenants (
  tenant text primary key,
  -- When access rights were last reviewed.
  reviewed_at timestamptz(3),
  -- The shortest of the active frameworks; null: none sets one.
  cryptoperiod_ms bigint
);
alter table compliance_tenants enable row level security;
alter table compliance_tenants force row level security;
create policy tenant_isolation on compliance_tenants using (weir_visible(tenant));

-- What audit was told about how long it must keep the log of a tenant. Locked while audit is told.
create table applied_retentions (
  tenant text primary key,
  -- The revision of the tenant's policies and frameworks that it follows from.
  revision bigint,
  -- Days by sensitivity: "1:366 2:366"
  minimums text not null default '',
  applied_at timestamptz(3)
);
alter table applied_retentions enable row level security;
alter table applied_retentions force row level security;
create policy tenant_isolation on applied_retentions using (weir_visible(tenant));
