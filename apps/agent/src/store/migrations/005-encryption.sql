-- The data key of a content that is encrypted at rest, wrapped by a key that security keeps.
alter table contents
  add column key_name text collate "C",
  add column key_version integer,
  add column key_ciphertext_id uuid,
  add column wrapped_key bytea,
  add constraint contents_key check (num_nulls(key_name, key_version, key_ciphertext_id, wrapped_key) in (0, 4));
create index contents_by_key on contents (key_name, key_version, id) where key_name is not null;

-- Keys whose content has gone: security counts them until it is told.
create table discarded_data_keys (
  ciphertext_id uuid primary key,
  tenant text not null,
  key_name text collate "C" not null
);
create index discarded_data_keys_by_name on discarded_data_keys (key_name);
alter table discarded_data_keys enable row level security;
alter table discarded_data_keys force row level security;
create policy tenant_isolation on discarded_data_keys using (weir_visible(tenant));

-- In the same transaction as whatever removes a content.
create function discard_data_key() returns trigger language plpgsql as $$
begin
  insert into discarded_data_keys (ciphertext_id, tenant, key_name)
    values (old.key_ciphertext_id, old.tenant, old.key_name)
    on conflict do nothing;
  return old;
end $$;
create trigger discard_data_key after delete on contents
  for each row when (old.key_name is not null) execute function discard_data_key();
