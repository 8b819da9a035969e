import type { Event, ReportSection } from '@weir/contracts/audit';
import type { StoredEvent } from './entry.ts';
import { eventCounts } from './event-counts.ts';
import type { Control } from './frameworks/control.ts';

/** What the events say about one control, so far. */
export interface SectionTally {
  add(event: Event, stored: StoredEvent): void;
  /** The section, still without evidence. */
  section(): ReportSection;
  /** The latest events that bear on it, newest first. */
  evidence(): readonly StoredEvent[];
}

/** A tally for a control that keeps the latest events. Events come by ascending index. */
export function sectionTally({ control, title, bears }: Control, keep: number): SectionTally {
  const counts = eventCounts();
  const principals = new Set<string>();
  const latest: StoredEvent[] = [];
  return {
    add(event, stored) {
      if (!bears(event)) return;
      counts.add(event);
      if (event.principal !== '') principals.add(event.principal);
      latest.push(stored);
      if (latest.length > keep) latest.shift();
    },
    section: () => ({ control, title, counts: counts.list(), principalCount: BigInt(principals.size), evidence: [] }),
    evidence: () => latest.toReversed(),
  };
}
