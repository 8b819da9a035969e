import { Gauge, type Registry } from 'prom-client';
import type { Outbox } from './outbox.ts';
import type { Relay } from './relay.ts';

/** Shows how full the outbox is, how old its oldest event is, and what audit would never take. */
export function measureOutbox(metrics: Registry, relay: Relay, outbox: Outbox, limit: number): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number | undefined>): void => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [metrics],
      async collect() {
        const value = await read();
        if (value !== undefined) made.set(value);
      },
    });
  };
  gauge('weir_audit_outbox_events', 'Audit events that wait for the audit service.', relay.backlog);
  gauge('weir_audit_outbox_limit', 'How many may wait before new work is refused.', () => limit);
  gauge(
    'weir_audit_outbox_oldest_age_seconds',
    'How long ago the first of those that wait happened; 0 when none.',
    () => {
      const oldest = relay.oldest();
      return oldest ? Math.max(0, (Date.now() - oldest.getTime()) / 1000) : 0;
    },
  );
  // While the database does not answer the figure is that of the last time.
  gauge(
    'weir_audit_outbox_refused',
    'Events that the audit service refuses for good, kept for an operator. Must be 0.',
    () => outbox.refused().catch(() => undefined),
  );
}
