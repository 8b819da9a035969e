import type { Event } from '@weir/contracts/audit';
import type { Client } from '@weir/client';
import type { AuditServiceDefinition } from '@weir/contracts/audit';

/** Who is told of events once audit has them. */
export interface DeliveryListener {
  delivered(events: readonly Event[]): void | Promise<void>;
}

/** The way of this service's events to audit. */
export interface AuditLink {
  deliver(this: void, events: Event[]): Promise<void>;
  /** Tells of every delivery from now on. */
  listen(listener: DeliveryListener): void;
}

/** Delivers events, then tells those who listen. */
export function auditLink(audit: Pick<Client<typeof AuditServiceDefinition>, 'recordEvents'>): AuditLink {
  const listeners: DeliveryListener[] = [];
  return {
    async deliver(events) {
      await audit.recordEvents({ events });
      for (const listener of listeners) await listener.delivered(events);
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}
