-- What pseudonyms of a tenant are keyed with, encrypted under the master key.
create table pii_pseudonym_keys (
  tenant text primary key,
  material bytea not null,
  master_key text not null,
  created_at timestamptz(3) not null default now()
);
alter table pii_pseudonym_keys enable row level security;
alter table pii_pseudonym_keys force row level security;
create policy tenant_isolation on pii_pseudonym_keys using (weir_visible(tenant));

-- The way back from a token: once for each key and each person that a record with it was about.
create table pii_tokens (
  tenant text not null,
  token text collate "C" not null,
  key text collate "C" not null,
  -- A keyed hash of the person, as in crypto_subject_keys; 16 zeros where they are about nobody in particular.
  subject bytea not null,
  -- The person, encrypted under the master key; the ciphertext is bound to it.
  subject_name bytea not null,
  -- weir.security.v1.PiiType
  type smallint not null,
  -- The value, encrypted by CryptoService's own means.
  ciphertext bytea not null,
  created_at timestamptz(3) not null default now(),
  primary key (tenant, token, key, subject)
);
create index pii_tokens_by_subject on pii_tokens (tenant, key, subject);
alter table pii_tokens enable row level security;
alter table pii_tokens force row level security;
create policy tenant_isolation on pii_tokens using (weir_visible(tenant));

-- Erasing a person, or destroying a key, leaves nothing of the way back: neither the ciphertexts, which nothing opens any
-- more, nor the person's name beside them.
create function forget_pii_tokens() returns trigger language plpgsql as $$
begin
  delete from pii_tokens where tenant = old.tenant and key = old.key and subject = old.subject;
  return old;
end
$$;
create trigger crypto_subject_keys_forget_tokens
  after delete on crypto_subject_keys
  for each row execute function forget_pii_tokens();
