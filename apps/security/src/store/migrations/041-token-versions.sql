-- Which version of its key wraps a token's data key: bytes 2 to 5 of the ciphertext.
alter table pii_tokens add column key_version integer not null generated always as (
  (get_byte(ciphertext, 2) << 24) | (get_byte(ciphertext, 3) << 16) | (get_byte(ciphertext, 4) << 8) | get_byte(ciphertext, 5)
) stored;
create index pii_tokens_by_version on pii_tokens (tenant, key, key_version);
