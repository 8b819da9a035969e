-- What a resolution reads of some components, in a statement that a connection plans once: the versions that could be
-- chosen, and the content of the one of each component that is likely to be: what a lock keeps, else the highest that is
-- not on its way out. Archived versions only where a lock keeps them. No tenant is the platform.
create function resolution_candidates(_tenant text, _components text[], _kept_components text[], _kept_keys text[])
  returns table (
    component text, key text, version text, clearance smallint, lifecycle smallint, sunset_at timestamptz,
    digest bytea, body bytea
  )
  language plpgsql stable parallel safe
  set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
    with candidate as (
      select v.component, v.key, v.version, v.clearance, v.lifecycle, v.sunset_at, kept.key is not null as kept
      from unnest(_components) as wanted (component)
      cross join lateral (
        select g.component, g.key, g.version, g.clearance, g.lifecycle, g.sunset_at
        from granted_versions g where _tenant is not null and g.tenant = _tenant and g.component = wanted.component
        union all
        select a.component, a.key, a.version, a.clearance, a.lifecycle, a.sunset_at
        from versions a where _tenant is null and a.component = wanted.component
      ) v
      left join unnest(_kept_components, _kept_keys) as kept (component, key)
        on kept.component = v.component and kept.key = v.key
      where v.lifecycle < 4 or kept.key is not null
    ),
    likely as (
      select distinct on (c.component) c.component, c.key from candidate c
      order by c.component, c.kept desc, c.lifecycle < 3 desc, c.key desc
    )
    select c.component, c.key, c.version, c.clearance, c.lifecycle, c.sunset_at, m.digest, m.body
    from candidate c
    left join likely l on l.component = c.component and l.key = c.key
    left join lateral (
      select x.digest, x.body from manifests x where x.component = l.component and x.key = l.key
    ) m on true;
end
$$;
