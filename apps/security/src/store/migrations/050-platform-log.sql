-- What security knows from the platform's log, which all services write to.
create table platform_watch (
  only_row boolean primary key default true check (only_row),
  -- How far it has been read.
  revision bigint not null
);

-- Services whose calls leave no events: AUDIT_LOGGING is off. As of the last word of theirs.
create table silenced_services (
  service text primary key,
  since timestamptz(3) not null,
  audit_event_id text not null
);
