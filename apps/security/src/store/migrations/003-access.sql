-- Access policies with their whole history, and the decisions made by them.

-- One row per tenant that has ever had a policy. Taking a revision locks it until commit.
create table policy_heads (
  tenant text primary key,
  revision bigint not null
);
alter table policy_heads enable row level security;
alter table policy_heads force row level security;
create policy tenant_isolation on policy_heads using (weir_visible(tenant));

-- A row counts from `revision` until before `until_revision`; null: it counts now.
create table policies (
  tenant text not null,
  id text collate "C" not null,
  revision bigint not null,
  until_revision bigint,
  -- weir.security.v1.Policy
  content bytea not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  updated_by text not null,
  principals text[] not null,
  primary key (tenant, id, revision)
);
create unique index policies_current on policies (tenant, id) where until_revision is null;
create index policies_changed on policies (tenant, until_revision);
create index policies_principals on policies using gin (principals) where until_revision is null;
alter table policies enable row level security;
alter table policies force row level security;
create policy tenant_isolation on policies using (weir_visible(tenant));

-- What only one policy of a tenant may settle: the target of an anonymisation rule, the id of a recogniser.
create table policy_claims (
  tenant text not null,
  claim text not null,
  policy text not null,
  primary key (tenant, claim)
);
create index policy_claims_policy on policy_claims (tenant, policy);
alter table policy_claims enable row level security;
alter table policy_claims force row level security;
create policy tenant_isolation on policy_claims using (weir_visible(tenant));

create table access_decisions (
  tenant text not null,
  id uuid not null,
  decided_at timestamptz(3) not null,
  principal text collate "C" not null,
  operation text collate "C" not null,
  -- The facts that it was made by: weir.security.v1.AccessQuestion with its time, and the principal as it was.
  question bytea not null,
  principal_state smallint not null,
  roles smallint[] not null,
  -- weir.security.v1.Decision
  decision bytea not null,
  primary key (tenant, id)
);
create index access_decisions_time on access_decisions (tenant, decided_at, id);
-- For what is too old: rows come in the order of time, so their blocks tell, and a new row costs the index nothing.
create index access_decisions_age on access_decisions using brin (decided_at);
alter table access_decisions enable row level security;
alter table access_decisions force row level security;
create policy tenant_isolation on access_decisions using (weir_visible(tenant));

-- When a control last settled a decision for a principal.
create table control_uses (
  tenant text not null,
  policy text not null,
  control text not null,
  principal text not null,
  last_used_at timestamptz(3) not null,
  primary key (tenant, policy, control, principal)
);
alter table control_uses enable row level security;
alter table control_uses force row level security;
create policy tenant_isolation on control_uses using (weir_visible(tenant));

-- Since when a principal has each of its roles: {"1": "2026-03-01T10:00:00.000Z"}.
alter table principals add column roles_granted_at jsonb not null default '{}';
update principals
  set roles_granted_at = (select jsonb_object_agg(role::text, created_at) from unnest(roles) as role);
