-- Counts what the calls of one tenant are about to answer, each call with its audit event, in one round trip and one commit,
-- and answers the places of those that count. A call counts when its key has the revision that it encrypted by and is not
-- destroyed, its version has material, and the shares of its persons are the present ones. part_calls are places in the
-- call_* arrays, counted from 1; part_shares are null where a part is about nobody. Call it with weir.tenant = own.
create function count_ciphertexts(
  own text, call_keys text[], call_versions integer[], call_revisions bigint[], call_events bytea[],
  part_calls integer[], part_groups bytea[], part_subjects bytea[], part_shares bigint[], part_members bytea[],
  part_sizes integer[]
) returns setof integer
language plpgsql as $$
#variable_conflict use_column
declare
  good integer[];
  present bigint[] := '{}';
  one record;
begin
  select coalesce(array_agg(c.call::integer), '{}') into good
    from unnest(call_keys, call_revisions) with ordinality as c (key, revision, call)
    join crypto_keys k on k.tenant = own and k.id = c.key and k.revision = c.revision and k.destroyed_at is null;

  -- Shares before versions, each in one order everywhere, so that two transactions never wait for each other. Shares stay
  -- until the transaction ends.
  if cardinality(array_remove(part_shares, null)) > 0 then
    for one in
      select s.id from crypto_subject_keys s
      where s.tenant = own
        and (s.key, s.subject) in (
          select call_keys[p.call], p.subject from unnest(part_calls, part_subjects, part_shares) as p (call, subject, share)
          where p.share is not null)
      order by s.id for key share
    loop
      present := present || one.id;
    end loop;
    select coalesce(array_agg(g.call), '{}') into good from unnest(good) as g (call)
      where not exists (
        select from unnest(part_calls, part_shares) as p (call, share)
        where p.call = g.call and p.share is not null and p.share <> all (present));
  end if;

  for one in
    select call_keys[p.call] as key, call_versions[p.call] as version, sum(p.size)::bigint as added
    from unnest(part_calls, part_sizes) as p (call, size)
    where p.call = any (good) group by 1, 2 order by 1, 2
  loop
    update crypto_key_versions
      set counted = counted + one.added, last_used_at = date_trunc('hour', now())
      where tenant = own and key = one.key and version = one.version and material is not null;
    if not found then
      select coalesce(array_agg(g.call), '{}') into good from unnest(good) as g (call)
        where (call_keys[g.call], call_versions[g.call]) is distinct from (one.key, one.version);
    end if;
  end loop;

  insert into crypto_ciphertexts (tenant, key, version, call, subject, members, remaining)
    select own, call_keys[p.call], call_versions[p.call], p.of_group, p.subject, p.members, p.size
    from unnest(part_calls, part_groups, part_subjects, part_members, part_sizes)
      as p (call, of_group, subject, members, size)
    where p.call = any (good);

  insert into audit_outbox (event)
    select c.event from unnest(call_events) with ordinality as c (event, call)
    where c.event is not null and c.call = any (good) order by c.call;

  return query select unnest(good);
end $$;
