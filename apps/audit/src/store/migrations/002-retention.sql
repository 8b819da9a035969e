-- How long events are kept, what must be kept whatever that says, and what was removed.

create table retentions (
  tenant text primary key,
  -- weir.audit.v1.Retention, without its output-only fields.
  retention bytea not null,
  revision bigint not null,
  updated_at timestamptz not null
);

create table legal_holds (
  tenant text not null,
  id text not null,
  -- weir.audit.v1.LegalHold, without its etag.
  hold bytea not null,
  is_released boolean not null,
  revision bigint not null,
  primary key (tenant, id)
);

-- The ranges of each log that retention has removed, with the certificates that say so. They do not overlap.
create table removals (
  tenant text not null,
  first_index bigint not null,
  end_index bigint not null check (end_index > first_index),
  -- weir.audit.v1.RetentionCertificate.
  certificate bytea not null,
  primary key (tenant, first_index)
);

alter table retentions enable row level security;
alter table retentions force row level security;
create policy tenant_isolation on retentions using (weir_visible(tenant));
alter table legal_holds enable row level security;
alter table legal_holds force row level security;
create policy tenant_isolation on legal_holds using (weir_visible(tenant));
alter table removals enable row level security;
alter table removals force row level security;
create policy tenant_isolation on removals using (weir_visible(tenant));

create trigger append_only before update or delete on removals for each row execute function refuse_change();
create trigger never_truncated before truncate on removals execute function refuse_change();
revoke update, truncate on removals from current_user;

-- Leaves of a range that certificates cover.
create function removed_leaves(log text, first_leaf bigint, end_leaf bigint) returns bigint language sql stable
  return (
    select coalesce(sum(least(end_index, end_leaf) - greatest(first_index, first_leaf)), 0)
    from removals
    where tenant = log and first_index < end_leaf and end_index > first_leaf
  );

-- From now on rows go where a certificate says that they are gone, and only there.
create function only_removed_events() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and removed_leaves(old.tenant, old.index, old.index + 1) = 1 then
    return old;
  end if;
  raise exception 'events is append-only' using errcode = 'insufficient_privilege';
end
$$;
drop trigger append_only on events;
create trigger append_only before update or delete on events for each row execute function only_removed_events();

create function only_removed_tiles() returns trigger language plpgsql as $$
declare
  width bigint := 1::bigint << (8 * (old.level + 1));
begin
  if tg_op = 'DELETE' and removed_leaves(old.tenant, old.number * width, (old.number + 1) * width) = width then
    return old;
  end if;
  raise exception 'tiles is append-only' using errcode = 'insufficient_privilege';
end
$$;
drop trigger append_only on tiles;
create trigger append_only before update or delete on tiles for each row execute function only_removed_tiles();

-- Drops the partitions of the events that retention has emptied and that no log still writes to: their disk is free at
-- once. Returns how many.
create function drop_emptied_partitions() returns int language plpgsql as $$
declare
  number bigint;
  is_empty boolean;
  dropped int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('ensure_events_partition'));
  for number in
    select substring(relname from 8)::bigint from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'events'::regclass
  loop
    continue when not exists (select from logs where size >= (number + 1) << 23);
    continue when exists (select from logs where size > number << 23 and size < (number + 1) << 23);
    execute format('select not exists (select from events_%s)', number) into is_empty;
    if is_empty then
      execute format('drop table events_%s', number);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end
$$;
