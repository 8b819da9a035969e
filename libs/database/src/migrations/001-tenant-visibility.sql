-- The second barrier between tenants. Every table with a tenant column carries
--
--   alter table t enable row level security;
--   alter table t force row level security;
--   create policy tenant_isolation on t using (weir_visible(tenant));
--
-- and every transaction says whose rows it may touch by setting weir.tenant: a tenant's id, or * for the platform.
-- Where nothing is set, nothing is visible; that is '' once a transaction with a setting has ended, so the rows of the
-- platform, whose tenant is '', are visible to * only.
create function weir_visible(tenant text) returns boolean
  language sql stable parallel safe
  return current_setting('weir.tenant', true) in ('*', nullif(tenant, ''));
