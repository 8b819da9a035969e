-- What queries look things up in: derived from the events, in the background, and verified with them. A run covers
-- 1,024 (level 0), 16,384 (1), 262,144 (2) or 1,048,576 (3) neighbouring indexes, whole; what no run covers yet is read
-- event by event.
create table search_runs (
  tenant text not null,
  start bigint not null,
  level smallint not null,
  -- By the sender's clock, in milliseconds; null where no event is left.
  first_time bigint,
  last_time bigint,
  -- The same of each 256 indexes: two IEEE numbers of 64 bits, the most significant byte first; infinities where none is left.
  times bytea not null,
  -- The hashes of all terms, ascending, 32 bits each, with where their postings begin; `directory` has where the hashes
  -- with the same first `bits` bits begin. Parts are read with substring(), so nothing is compressed.
  bits smallint not null,
  directory bytea not null,
  keys bytea not null,
  postings bytea not null,
  primary key (tenant, start, level)
);
alter table search_runs
  alter column times set storage external,
  alter column directory set storage external,
  alter column keys set storage external,
  alter column postings set storage external;

alter table search_runs enable row level security;
alter table search_runs force row level security;
create policy tenant_isolation on search_runs using (weir_visible(tenant));

-- A 32-bit number in a bytea, the most significant byte first.
create function uint32_at(bytes bytea, at int) returns bigint language sql immutable parallel safe
  return (get_byte(bytes, at)::bigint << 24) | (get_byte(bytes, at + 1) << 16) | (get_byte(bytes, at + 2) << 8)
    | get_byte(bytes, at + 3);
