-- How many of the versions that a tenant sees and that pass a filter are alike, and how many have each capability, in a
-- statement that a connection plans once. The filter is as in discover_versions, without words.
create function tally_versions(
  _tenant text, _needs integer[], _formats_of integer[], _clearances_of integer[], _lifecycles_of integer[],
  _capabilities integer[], _formats integer, _clearance smallint, _certifications integer, _lifecycles smallint[],
  _wants_capabilities boolean
)
  returns table (
    clearance smallint, lifecycle smallint, data_formats integer, certifications integer, capability text, count bigint
  )
  language plpgsql stable parallel safe
  set plan_cache_mode = force_generic_plan
  set join_collapse_limit = 1
  set enable_hashjoin = off
  set enable_mergejoin = off
as $$
#variable_conflict use_column
begin
  return query
    with passing as materialized (
      select v.clearance, v.lifecycle, v.data_formats, v.certifications, v.capabilities
      from visible_spans s join components c on c.component = s.component
      join versions v on v.component = s.component and v.prerelease = s.prerelease
        and v.key >= s.from_key and v.key < s.to_key
      where s.tenant = _tenant and s.expires_at > now()
        and may_pass(c.features, _needs, _formats_of, _clearances_of, _lifecycles_of)
        and v.clearance <= (select t.clearance_ceiling from tenants t where t.tenant = _tenant and t.deleted_at is null)
        and passes(v.capabilities, v.data_formats, v.clearance, v.certifications, v.lifecycle,
          _capabilities, _formats, _clearance, _certifications, _lifecycles)
    ),
    had as (
      select number, sum(alike.count)::bigint as count
      from (select p.capabilities, count(*) as count from passing p where _wants_capabilities group by 1) alike
      cross join unnest(alike.capabilities) as number group by number
    )
    select p.clearance, p.lifecycle, p.data_formats, p.certifications, null::text, count(*)
    from passing p group by 1, 2, 3, 4
    union all
    select null, null, null, null, c.name, h.count from had h join capabilities c on c.number = h.number;
end
$$;
