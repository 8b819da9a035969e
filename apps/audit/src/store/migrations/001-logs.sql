-- The logs, one per tenant. Everything that proves something is append-only: rows are added, and nothing of this service
-- changes or deletes one. Whoever could (an administrator of the database) is found out by the signed heads.

-- Where each log ends. Its row is locked while one writer appends, so indexes have no gaps and no repeats.
create table logs (
  tenant text primary key,
  size bigint not null,
  -- The hashes of the partial tiles at the right edge: of level 0, and of the levels above in ascending order. How many
  -- there are of each follows from the size. Two columns, since the upper one changes every 256 events only.
  tail bytea not null,
  upper bytea not null,
  -- When the last event was recorded: never decreases.
  recorded_at timestamptz not null
);
alter table logs alter column tail set storage external, alter column upper set storage external;

-- The events, as they are hashed. Partitioned by index: a removed range of a long log is dropped, not vacuumed, and the
-- part of an index that is written to stays small however long the log gets.
create table events (
  tenant text not null,
  index bigint not null,
  id uuid not null,
  recorded_at timestamptz not null,
  sensitivity smallint not null,
  bytes bytea not null,
  primary key (tenant, index)
) partition by range (index);
-- By the id alone: a tenant is not needed to tell UUIDs apart, and what is written at random places must be small.
create index events_id on events (id);

-- Whole tiles of 256 hashes (c2sp.org/tlog-tiles). Level 0 holds the leaf hashes.
create table tiles (
  tenant text not null,
  level smallint not null,
  number bigint not null,
  hashes bytea not null,
  primary key (tenant, level, number)
);
alter table tiles alter column hashes set storage external;

-- The heads that were signed: none that contradicts one of them is ever signed.
create table checkpoints (
  tenant text not null,
  size bigint not null,
  note text not null,
  primary key (tenant, size)
);

alter table logs enable row level security;
alter table logs force row level security;
create policy tenant_isolation on logs using (weir_visible(tenant));
alter table events enable row level security;
alter table events force row level security;
create policy tenant_isolation on events using (weir_visible(tenant));
alter table tiles enable row level security;
alter table tiles force row level security;
create policy tenant_isolation on tiles using (weir_visible(tenant));
alter table checkpoints enable row level security;
alter table checkpoints force row level security;
create policy tenant_isolation on checkpoints using (weir_visible(tenant));

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create trigger append_only before update or delete on events for each row execute function refuse_change();
create trigger append_only before update or delete on tiles for each row execute function refuse_change();
create trigger append_only before update or delete on checkpoints for each row execute function refuse_change();
create trigger never_truncated before truncate on events execute function refuse_change();
create trigger never_truncated before truncate on tiles execute function refuse_change();
create trigger never_truncated before truncate on checkpoints execute function refuse_change();

create function refuse_shrinking() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.tenant = old.tenant and new.size > old.size and new.recorded_at >= old.recorded_at then
    return new;
  end if;
  raise exception 'a log only grows' using errcode = 'insufficient_privilege';
end
$$;

create trigger only_grows before update or delete on logs for each row execute function refuse_shrinking();
create trigger never_truncated before truncate on logs execute function refuse_change();

revoke update, truncate on events, tiles, checkpoints from current_user;
revoke delete, truncate on logs from current_user;

-- Makes the partition of the events from number × 2^23 on, unless it is there. The parent stays open to readers and
-- writers meanwhile.
create function ensure_events_partition(number bigint) returns void language plpgsql as $$
declare
  name text := 'events_' || number;
begin
  if to_regclass(name) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('ensure_events_partition'));
  if to_regclass(name) is not null then
    return;
  end if;
  execute format('create table %I (like events including all)', name);
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy tenant_isolation on %I using (weir_visible(tenant))', name);
  execute format('create trigger never_truncated before truncate on %I execute function refuse_change()', name);
  execute format('revoke update, truncate on %I from current_user', name);
  execute format('alter table events attach partition %I for values from (%s) to (%s)', name, number << 23, (number + 1) << 23);
end
$$;
select ensure_events_partition(0);
