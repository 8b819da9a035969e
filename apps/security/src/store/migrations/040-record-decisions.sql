-- What a decision depends on of a principal; '' where there is none.
create function access_fingerprint(roles smallint[], disabled_at timestamptz) returns text
  language sql stable parallel safe
  return coalesce(roles::text || (disabled_at is not null)::text, '');

-- Records the decisions of several calls, each call with its audit event, in one round trip and one commit. Of a call
-- that asks for it (call_current) nothing is recorded unless its policies still have the revision, and its principals
-- the fingerprints, that it decided by; the present ones are answered instead. `at` is a place in the asked_* arrays,
-- every other number the place of a call in the call_* arrays. Call it with weir.tenant = '*': the administrators of the
-- platform are nobody's tenant. It writes with weir.tenant set to the one tenant whose rows they are.
create function record_decisions(
  call_tenants text[], call_revisions bigint[], call_current boolean[], call_events bytea[],
  asked_calls integer[], asked_homes text[], asked_ids text[], asked_fingerprints text[],
  made_calls integer[], made_ids uuid[], made_at timestamptz[], made_principals text[], made_operations text[],
  made_questions bytea[], made_states smallint[], made_roles text[], made_decisions bytea[],
  used_calls integer[], used_policies text[], used_controls text[], used_principals text[], used_at timestamptz[]
) returns table (at bigint, revision bigint, roles smallint[], disabled boolean, fingerprint text)
language plpgsql as $$
#variable_conflict use_column
declare
  stale bigint[];
  own text;
begin
  select coalesce(array_agg(distinct s.call), '{}') into stale from (
    select c.call
      from unnest(call_tenants, call_revisions, call_current) with ordinality as c (tenant, revision, current, call)
      left join policy_heads h on h.tenant = c.tenant
      where c.current and c.revision is distinct from coalesce(h.revision, 0)
    union all
    select a.call
      from unnest(asked_calls, asked_homes, asked_ids, asked_fingerprints) as a (call, home, id, fingerprint)
      left join principals p on p.tenant = a.home and p.id = a.id
      where call_current[a.call] and a.fingerprint is distinct from access_fingerprint(p.roles, p.disabled_at)
  ) as s;

  if cardinality(stale) > 0 then
    return query
      select a.at, coalesce(h.revision, 0), p.roles, p.disabled_at is not null, access_fingerprint(p.roles, p.disabled_at)
      from unnest(asked_calls, asked_homes, asked_ids) with ordinality as a (call, home, id, at)
      left join policy_heads h on h.tenant = call_tenants[a.call]
      left join principals p on p.tenant = a.home and p.id = a.id
      where a.call = any (stale);
  end if;

  -- In one order everywhere, so that two of these never wait for each other.
  for own in
    select distinct c.tenant from unnest(call_tenants) with ordinality as c (tenant, call)
    where c.call <> all (stale) order by 1
  loop
    perform set_config('weir.tenant', own, true);
    insert into access_decisions
        (tenant, id, decided_at, principal, operation, question, principal_state, roles, decision)
      select own, m.id, m.at, m.principal, m.operation, m.question, m.state, m.roles::smallint[], m.decision
      from unnest(made_calls, made_ids, made_at, made_principals, made_operations, made_questions, made_states,
        made_roles, made_decisions) as m (call, id, at, principal, operation, question, state, roles, decision)
      where call_tenants[m.call] = own and m.call <> all (stale);
    -- Written once a minute: most calls have none.
    if cardinality(used_calls) > 0 then
      insert into control_uses (tenant, policy, control, principal, last_used_at)
        select own, u.policy, u.control, u.principal, max(u.at)
        from unnest(used_calls, used_policies, used_controls, used_principals, used_at)
          as u (call, policy, control, principal, at)
        where call_tenants[u.call] = own and u.call <> all (stale)
        group by u.policy, u.control, u.principal
        order by u.policy, u.control, u.principal
        on conflict (tenant, policy, control, principal)
          do update set last_used_at = greatest(control_uses.last_used_at, excluded.last_used_at);
    end if;
  end loop;

  insert into audit_outbox (event)
    select c.event from unnest(call_events) with ordinality as c (event, call)
    where c.event is not null and c.call <> all (stale) order by c.call;
end $$;
