-- Appends to logs in one round trip what was planned on the state that each was in when its writer last saw it: false, and
-- nothing is written, when a log has grown meanwhile or an id is in use.
--
-- Events come log by log, all of their bytes as one text that `starts` and `lengths` cut up, since an array of bytea would be
-- written out in hexadecimal; so do the columns `tail` and `upper` of each log (`states`) and the tiles (`hashes`).
create function append_events(
  log_tenants text[], old_sizes bigint[], old_times timestamptz[], new_sizes bigint[], new_times timestamptz[],
  states bytea, tail_starts int[], tail_lengths int[], upper_lengths int[],
  event_logs int[], indexes bigint[], ids uuid[], sensitivities smallint[], bytes bytea, starts int[], lengths int[],
  tile_logs int[], tile_levels smallint[], tile_numbers bigint[], hashes bytea, tile_starts int[], tile_lengths int[]
) returns boolean language plpgsql as $$
declare
  found_as_seen int;
begin
  select count(*) filter (where log.size = seen.size and log.recorded_at = seen.recorded_at) into found_as_seen
  from (select tenant, size, recorded_at from logs where tenant = any (log_tenants) order by tenant for update) as log
  join unnest(log_tenants, old_sizes, old_times) as seen (tenant, size, recorded_at) using (tenant);
  if found_as_seen < cardinality(log_tenants) then
    return false;
  end if;

  -- A statement of its own, after the locks are held: it sees all that was committed before. Lateral with a limit: always
  -- one look into the index per id, whatever the statistics say of a new partition.
  perform from unnest(ids, event_logs) as asked (id, log)
  cross join lateral (
    select from events where events.id = asked.id and events.tenant = log_tenants[asked.log] limit 1
  ) as known limit 1;
  if found then
    return false;
  end if;

  insert into events (tenant, index, id, recorded_at, sensitivity, bytes)
  select log_tenants[log], new.index, new.id, new_times[log], new.sensitivity, substring(append_events.bytes from start for length)
  from unnest(event_logs, indexes, ids, sensitivities, starts, lengths) as new (log, index, id, sensitivity, start, length);

  if cardinality(tile_logs) > 0 then
    insert into tiles (tenant, level, number, hashes)
    select log_tenants[log], new.level, new.number, substring(append_events.hashes from start for length)
    from unnest(tile_logs, tile_levels, tile_numbers, tile_starts, tile_lengths) as new (log, level, number, start, length);
  end if;

  update logs set
    size = new.size,
    tail = substring(states from new.start for new.tail_length),
    -- Assigning the old value keeps it where it is stored; the same bytes anew would be written again.
    upper = case
      when logs.upper = substring(states from new.start + new.tail_length for new.upper_length) then logs.upper
      else substring(states from new.start + new.tail_length for new.upper_length)
    end,
    recorded_at = new.recorded_at
  from unnest(log_tenants, new_sizes, new_times, tail_starts, tail_lengths, upper_lengths)
    as new (tenant, size, recorded_at, start, tail_length, upper_length)
  where logs.tenant = new.tenant;
  return true;
end
$$;
