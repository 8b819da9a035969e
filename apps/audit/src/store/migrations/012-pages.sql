-- What a page of a query asks for, in one round trip each. Their plans are made once for a connection and do not depend on
-- statistics, which are missing after a log was loaded and wrong while it grows: everything is found by primary keys, and
-- nothing is remembered by its value, for which PostgreSQL would read all megabytes of a run's keys (seen: a quarter of a
-- second for a look-up of one millisecond).

-- A log up to an index, for a page: how far it goes, its runs, and the events that no run covers from `known` on, which the
-- caller knows; none of these where they are more than `most`.
create function search_open(log text, below bigint, known bigint, most bigint, widths bigint[])
returns table (what text, at bigint, to_index bigint, log_size bigint, run_level smallint, first bigint, last bigint, event bytea)
language plpgsql stable as $$
declare
  upto bigint;
  whole bigint;
  covered bigint := 0;
  run record;
begin
  select size into whole from logs where tenant = log;
  whole := coalesce(whole, 0);
  upto := least(whole, below);
  for run in
    select start, level, first_time, last_time from search_runs where tenant = log and start < upto order by start
  loop
    what := 'run';
    at := run.start;
    run_level := run.level;
    first := run.first_time;
    last := run.last_time;
    return next;
    covered := greatest(covered, run.start + widths[run.level + 1]);
  end loop;
  covered := least(covered, upto);
  -- A log that is shorter than what is known of it is another one.
  at := case when known between covered and whole then known else covered end;
  what := 'end';
  to_index := upto;
  log_size := whole;
  return next;
  if upto - at <= most then
    return query
    select 'event', index, null::bigint, null::bigint, null::smallint, null::bigint, null::bigint, bytes
    from events where tenant = log and index >= at and index < upto order by index limit most;
  end if;
end
$$;

-- Where a key begins among keys of 8 bytes that begin with 4 of its own, from 0; null where it is not, or is the last one, which
-- only ends what is before it.
create function key_place(keys bytea, key bytea) returns int language plpgsql immutable parallel safe as $$
declare
  place int := position(key in keys) - 1;
  next int;
begin
  while place >= 0 and place % 8 <> 0 loop
    next := position(key in substring(keys from place + 2));
    place := case when next = 0 then -1 else place + next end;
  end loop;
  return case when place between 0 and length(keys) - 16 then place end;
end
$$;

-- Looks hashes up in runs: the places of their postings in each run that has a hash of every group, with the postings
-- themselves as far as `budget` bytes go, in the order of the runs. A run that is there has a row without a hash.
create function search_find(
  log text, starts bigint[], levels smallint[], hashes bigint[], hash_groups int[], group_count int, budget bigint
)
returns table (run_start bigint, run_hash bigint, place_offset int, place_length int, postings bytea)
language plpgsql stable as $$
begin
  return query
  with run as materialized (
    select wanted_at, run.*
    from unnest(starts, levels) with ordinality as wanted (wanted_start, wanted_level, wanted_at)
    cross join lateral (
      select * from search_runs where tenant = log and start = wanted_start and level = wanted_level limit 1
    ) as run
  ),
  found as materialized (
    select wanted_at, start, run.postings as whole, asked, asked_group, uint32_at(slice, place + 4)::int as begins,
      uint32_at(slice, place + 12)::int as ends
    from run
    cross join unnest(hashes, hash_groups) as wanted (asked, asked_group)
    cross join lateral (
      select substring(directory from ((asked >> (32 - bits)) * 4 + 1)::int for 8) as pair offset 0
    ) as looked_up
    cross join lateral (select uint32_at(pair, 0) as first_key, uint32_at(pair, 4) as last_key offset 0) as bucket
    cross join lateral (
      select substring(keys from (first_key * 8 + 1)::int for ((last_key - first_key + 1) * 8)::int) as slice offset 0
    ) as keys_of_bucket
    cross join lateral (select key_place(slice, substring(int8send(asked) from 5)) as place offset 0) as found_key
    where place is not null
  ),
  complete as (
    select wanted_at from found group by wanted_at having count(distinct asked_group) = group_count
  ),
  sized as (
    select found.*, sum(ends - begins) over (order by found.wanted_at, asked) as so_far
    from found join complete using (wanted_at)
  )
  select start, null::bigint, null::int, null::int, null::bytea from run
  union all
  select start, asked, begins, ends - begins,
    case when so_far <= budget then substring(whole from begins + 1 for ends - begins) end
  from sized;
end
$$;

-- The times in runs; what is gone is left out.
create function search_times(log text, starts bigint[], levels smallint[])
returns table (run_start bigint, run_times bytea) language plpgsql stable as $$
begin
  return query
  select run.start, run.times
  from unnest(starts, levels) as wanted (wanted_start, wanted_level)
  cross join lateral (
    select * from search_runs where tenant = log and start = wanted_start and level = wanted_level limit 1
  ) as run;
end
$$;

-- Events from the newest.
create function events_between(log text, from_index bigint, to_index bigint, most bigint)
returns setof events language plpgsql stable as $$
begin
  return query
  select * from events where tenant = log and index >= from_index and index < to_index order by index desc limit most;
end
$$;

drop function search_keys;

do $$
declare
  name regproc;
begin
  foreach name in array array[
    'search_open', 'search_find', 'search_times', 'search_postings', 'events_at', 'events_between'
  ]::regproc[] loop
    execute format(
      'alter function %s set plan_cache_mode = force_generic_plan set enable_memoize = off set enable_seqscan = off '
      'set enable_bitmapscan = off',
      name::regprocedure
    );
  end loop;
end
$$;
