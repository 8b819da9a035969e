-- Audit events that wait for delivery. An event is inserted by the transaction of the change that it tells of.
create table audit_outbox (
  id bigint generated always as identity primary key,
  -- Ids are handed out before commit: a row is delivered only once no older transaction can still add one before it.
  xid xid8 not null default pg_current_xact_id(),
  event bytea not null
);

-- Events that the audit service will never accept, with its words. Kept for an operator; counted by a metric.
create table audit_outbox_refused (
  id bigint primary key,
  event bytea not null,
  problem text not null,
  refused_at timestamptz not null default now()
);

-- The answers that a repeated request_id gets for 24 hours.
create table request_answers (
  principal text not null,
  method text not null,
  request_id uuid not null,
  request_digest bytea not null,
  response bytea,
  created_at timestamptz not null default now(),
  primary key (principal, method, request_id)
);
create index request_answers_created_at on request_answers (created_at);
