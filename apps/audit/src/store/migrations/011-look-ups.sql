-- What a page of a query asks for, as functions: a connection keeps their plans, and planning took longer than looking up.
-- Lateral with a limit: always by the primary key, whatever the statistics say.

-- The keys around some hashes in some runs. Two numbers of the directory say which keys to read: those of the hash's bucket,
-- and the one after.
create function search_keys(log text, starts bigint[], levels smallint[], hashes bigint[])
returns table (run_start bigint, run_hash bigint, run_keys bytea) language plpgsql stable as $$
begin
  return query
  select run.start, asked, substring(run.keys from (first * 8 + 1)::int for ((last - first + 1) * 8)::int)
  from unnest(starts, levels) as wanted (wanted_start, wanted_level)
  cross join lateral (
    select * from search_runs where tenant = log and start = wanted_start and level = wanted_level limit 1
  ) as run
  cross join unnest(hashes) as asked
  cross join lateral (
    select substring(run.directory from ((asked >> (32 - run.bits)) * 4 + 1)::int for 8) as pair offset 0
  ) as looked_up
  cross join lateral (select uint32_at(pair, 0) as first, uint32_at(pair, 4) as last offset 0) as bucket;
end
$$;

-- Postings by their places; what is gone is left out.
create function search_postings(log text, starts bigint[], levels smallint[], offsets int[], lengths int[])
returns table (place bigint, postings bytea) language plpgsql stable as $$
begin
  return query
  select at, substring(run.postings from place_offset + 1 for place_length)
  from unnest(starts, levels, offsets, lengths) with ordinality
    as wanted (wanted_start, wanted_level, place_offset, place_length, at)
  cross join lateral (
    select * from search_runs where tenant = log and start = wanted_start and level = wanted_level limit 1
  ) as run;
end
$$;

-- The events at some indexes, from the newest.
create function events_at(log text, indexes bigint[]) returns setof events language plpgsql stable as $$
begin
  return query select * from events where tenant = log and index = any (indexes) order by index desc;
end
$$;
