-- How many decryptions and reidentifications failed in each minute, as all replicas saw it, with the first events that say so.
create table failed_decryptions (
  tenant text not null,
  -- Since the epoch.
  minute bigint not null,
  times bigint not null,
  events text[] not null,
  resources text[] not null,
  primary key (tenant, minute)
);
alter table failed_decryptions enable row level security;
alter table failed_decryptions force row level security;
create policy tenant_isolation on failed_decryptions using (weir_visible(tenant));
