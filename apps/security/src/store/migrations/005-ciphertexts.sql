-- What needs which version of a key: the ciphertexts of one call under one version, for one subject, in one row.
create table crypto_ciphertexts (
  tenant text not null,
  key text collate "C" not null,
  -- What their ids have in common.
  call bytea not null,
  version integer not null,
  -- A keyed hash of the person; 16 zeros where they are about nobody in particular.
  subject bytea not null,
  -- Bit n of byte n / 8 is set while the ciphertext with index n needs the version.
  members bytea not null,
  remaining integer not null,
  primary key (tenant, key, call, version, subject),
  foreign key (tenant, key, version) references crypto_key_versions (tenant, key, version)
);
create index crypto_ciphertexts_by_version on crypto_ciphertexts (tenant, key, version);
create index crypto_ciphertexts_by_subject on crypto_ciphertexts (tenant, subject)
  where subject <> '\x00000000000000000000000000000000';
alter table crypto_ciphertexts enable row level security;
alter table crypto_ciphertexts force row level security;
create policy tenant_isolation on crypto_ciphertexts using (weir_visible(tenant));

-- What persons are hashed with, encrypted under the master key.
create table crypto_subject_salts (
  tenant text primary key,
  salt bytea not null,
  master_key text not null
);
alter table crypto_subject_salts enable row level security;
alter table crypto_subject_salts force row level security;
create policy tenant_isolation on crypto_subject_salts using (weir_visible(tenant));

-- A person's own share of what wraps the data keys about them. Erasing them deletes the row.
create table crypto_subject_keys (
  id bigint generated always as identity,
  tenant text not null,
  key text collate "C" not null,
  subject bytea not null,
  -- Encrypted under the master key.
  material bytea not null,
  master_key text not null,
  created_at timestamptz(3) not null default now(),
  primary key (tenant, key, subject),
  foreign key (tenant, key) references crypto_keys (tenant, id)
);
create index crypto_subject_keys_by_subject on crypto_subject_keys (tenant, subject);
alter table crypto_subject_keys enable row level security;
alter table crypto_subject_keys force row level security;
create policy tenant_isolation on crypto_subject_keys using (weir_visible(tenant));

-- Ciphertexts that were lost with a destroyed key.
alter table crypto_keys add column lost bigint;
-- The audit event that states a version's balance at its retirement.
alter table crypto_key_versions add column retirement_event uuid;
