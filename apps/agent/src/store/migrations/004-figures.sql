-- What runs came to that ended more than 30 days ago, one row for each version and route.
create table run_totals (
  tenant text not null,
  component text not null,
  version text not null,
  environment smallint not null,
  route_kind smallint not null,
  deployment text not null,
  colour smallint not null,
  succeeded bigint not null,
  failed bigint not null,
  cancelled bigint not null,
  duration_sum_ms double precision not null,
  -- [milliseconds, runs] pairs with three significant digits, as a histogram keeps them.
  durations jsonb not null,
  datasets text[] not null,
  rows_in bigint not null,
  processing_ms double precision not null,
  quality_sum double precision not null,
  quality_count bigint not null,
  last_started_at timestamptz not null,
  primary key (tenant, component, version, environment, route_kind, deployment, colour)
);
alter table run_totals enable row level security;
alter table run_totals force row level security;
create policy tenant_isolation on run_totals using (weir_visible(tenant));

-- A duration with three significant digits: what a histogram would take it for.
create function three_digits(ms double precision) returns double precision
  language sql immutable parallel safe
  return case when ms <= 0 then 0 else round(ms::numeric, 2 - floor(log(ms))::integer)::double precision end;
