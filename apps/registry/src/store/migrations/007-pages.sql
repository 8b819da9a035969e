-- What is asked for most, as functions: a connection plans each of them once, and planning them takes longer than
-- running them. What a tenant sees is still what the view visible_versions says; a spec holds these to it.

-- A version as callers see it, and how many were asked for with it.
create type loaded_version as (
  component text, key text, version text, lifecycle smallint, lifecycle_reason text, sunset_at timestamptz,
  lifecycle_forced boolean, lifecycle_changed_at timestamptz, revision bigint, replacement_component text,
  digest bytea, body bytea, runtime bytea, published_at timestamptz, published_by text,
  aliases text[], replacement text, found bigint
);

-- The versions at these places, by component, then by precedence, highest first: as many as fit into so many bytes, but
-- at least one. No tenant is the platform.
create function load_versions(_tenant text, _components text[], _keys text[], _runtime boolean, _bytes integer)
  returns setof loaded_version language plpgsql stable parallel safe
  set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    with sized as (
      select v.*, count(*) over () as found, sum(v.bytes + 512) over w as running, row_number() over w as position
      from unnest(_components, _keys) as place (component, key)
      join versions v on v.component = place.component and v.key = place.key
      window w as (order by v.component, v.key desc)
    )
    select s.component, s.key, s.version, s.lifecycle, s.lifecycle_reason, s.sunset_at, s.lifecycle_forced,
      s.lifecycle_changed_at, s.revision, s.replacement_component,
      m.digest, m.body, case when _runtime then m.runtime end, m.published_at, m.published_by,
      array(select a.alias from aliases a where a.component = s.component and a.key = s.key order by a.alias),
      case
        when s.replacement_component is null then null
        when _tenant is null then (
          select r.version from versions r where r.component = s.replacement_component and r.key = s.replacement_key)
        else (
          select r.version from visible_versions r
          where r.tenant = _tenant and r.component = s.replacement_component and r.key = s.replacement_key)
      end,
      s.found
    from sized s join manifests m on m.component = s.component and m.key = s.key
    where s.running <= _bytes or s.position = 1
    order by s.component, s.key desc;
end
$$;

-- One version by its name, with its runtime, as a tenant sees it; an archived one by the digest that a lock holds.
create function find_version(_tenant text, _component text, _key text, _version text, _digest bytea)
  returns setof loaded_version language plpgsql stable parallel safe
  set plan_cache_mode = force_generic_plan
as $$
begin
  perform from granted_versions v
  where v.tenant = _tenant and v.component = _component and v.key = _key and v.version = _version
    and (v.lifecycle < 4 or exists (
      select from manifests m where m.component = v.component and m.key = v.key and m.digest = _digest));
  if found then
    return query select * from load_versions(_tenant, array[_component], array[_key], true, 0);
  end if;
end
$$;

-- Whether any version of a component may pass a filter, by what any of them has (domain/features.ts): most components
-- are passed over with one look at an index. What is null lets all pass. Both are put in place of their calls.
create function may_pass(
  features integer[], _needs integer[], _formats_of integer[], _clearances_of integer[], _lifecycles_of integer[]
)
  returns boolean language sql immutable parallel safe
return features is null or (
  (_needs is null or features @> _needs) and (_formats_of is null or features && _formats_of)
  and (_clearances_of is null or features && _clearances_of) and (_lifecycles_of is null or features && _lifecycles_of)
);

-- Whether a version passes a filter, words aside.
create function passes(
  capabilities integer[], data_formats integer, clearance smallint, certifications integer, lifecycle smallint,
  _capabilities integer[], _formats integer, _clearance smallint, _certifications integer, _lifecycles smallint[]
)
  returns boolean language sql immutable parallel safe
return lifecycle = any(_lifecycles) and lifecycle < 4
  and (_capabilities is null or capabilities @> _capabilities)
  and (_formats is null or data_formats & _formats <> 0)
  and (_clearance is null or clearance >= _clearance)
  and (_certifications is null or certifications & _certifications = _certifications);

-- Where the next versions are that a tenant sees and that pass a filter, after a place.
create function discover_versions(
  _tenant text, _after_component text, _after_key text,
  _needs integer[], _formats_of integer[], _clearances_of integer[], _lifecycles_of integer[],
  _capabilities integer[], _formats integer, _clearance smallint, _certifications integer, _lifecycles smallint[],
  _words tsquery, _limit integer, out components text[], out keys text[]
)
  language plpgsql stable parallel safe
  set plan_cache_mode = force_generic_plan
  -- Grants are read in the order of the answer, component after component, until the page is full.
  set join_collapse_limit = 1
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_sort = off
as $$
declare
  ceiling smallint := (select t.clearance_ceiling from tenants t where t.tenant = _tenant and t.deleted_at is null);
begin
  if _words is null then
    select array_agg(p.component), array_agg(p.key) into components, keys from (
      select v.component, v.key
      from visible_spans s join components c on c.component = s.component
      join versions v on v.component = s.component and v.prerelease = s.prerelease
        and v.key >= s.from_key and v.key < s.to_key
      where s.tenant = _tenant and s.expires_at > now() and s.component >= _after_component
        and may_pass(c.features, _needs, _formats_of, _clearances_of, _lifecycles_of)
        and v.clearance <= ceiling and (v.component <> _after_component or v.key < _after_key)
        and passes(v.capabilities, v.data_formats, v.clearance, v.certifications, v.lifecycle,
          _capabilities, _formats, _clearance, _certifications, _lifecycles)
      order by s.component, v.key desc limit _limit
    ) p;
  else
    -- The same with words, for which rows are read and not only an index.
    select array_agg(p.component), array_agg(p.key) into components, keys from (
      select v.component, v.key
      from visible_spans s join components c on c.component = s.component
      join versions v on v.component = s.component and v.prerelease = s.prerelease
        and v.key >= s.from_key and v.key < s.to_key
      where s.tenant = _tenant and s.expires_at > now() and s.component >= _after_component
        and may_pass(c.features, _needs, _formats_of, _clearances_of, _lifecycles_of)
        and (c.words is null or c.words @@ _words) and v.words @@ _words
        and v.clearance <= ceiling and (v.component <> _after_component or v.key < _after_key)
        and passes(v.capabilities, v.data_formats, v.clearance, v.certifications, v.lifecycle,
          _capabilities, _formats, _clearance, _certifications, _lifecycles)
      order by s.component, v.key desc limit _limit
    ) p;
  end if;
end
$$;
