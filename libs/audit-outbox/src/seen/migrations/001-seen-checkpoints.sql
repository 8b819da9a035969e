-- The last head of each audit log that this service saw and found to continue the one before. The database of the
-- audit service does not know of them, so whoever rolls it back or rewrites it cannot bring them along.
create table seen_checkpoints (
  -- The id of the tenant whose log it is.
  tenant text primary key,
  size bigint not null,
  -- The whole signed note.
  note text not null,
  -- The key that the log is held to from its first head on.
  verifier_key text not null,
  seen_at timestamptz not null,
  checked_at timestamptz not null,
  -- What was refused since: a successor that does not continue the head above.
  problem text,
  refused_note text,
  first_bad_index bigint,
  refused_at timestamptz
);
create index seen_checkpoints_checked_at on seen_checkpoints (checked_at);

alter table seen_checkpoints enable row level security;
alter table seen_checkpoints force row level security;
create policy tenant_isolation on seen_checkpoints using (weir_visible(tenant));
