-- What any version of a component has, so that discovery passes over the components none of whose versions can match.
-- It only ever grows, and says nothing more (null) once it is too much: what is found is always checked by version.
alter table components
  -- Numbers of capabilities, and of enum values as domain/features.ts has them.
  add column features integer[] default '{}',
  add column words tsvector default ''::tsvector;

update components c set features = f.features, words = f.words
from (
  select v.component,
    array(
      select distinct feature from versions w,
        unnest(w.capabilities || array(select -bit from generate_series(1, 30) bit where w.data_formats & (1 << bit) <> 0)
          || array(select -100 - bit from generate_series(1, 30) bit where w.certifications & (1 << bit) <> 0)
          || array[-200 - w.clearance, -300 - w.lifecycle]) feature
      where w.component = v.component order by feature
    ) as features,
    array_to_tsvector(array(
      select distinct word from versions w, unnest(tsvector_to_array(w.words)) word
      where w.component = v.component
    )) as words
  from versions v group by v.component
) f
where f.component = c.component;

alter table components drop constraint components_pkey;
alter table components add primary key (component) include (features);
create index components_features on components using gin (features) with (fastupdate = off);
create index components_words on components using gin (words) with (fastupdate = off);
create index components_many on components (component) where features is null or words is null;

-- Found through their component now.
drop index versions_capabilities;
drop index versions_words;
