-- Services whose calls leave no events. The row is gone once they do again, and the log says both.
create table silent_services (
  service text primary key,
  since timestamptz not null default now()
);
