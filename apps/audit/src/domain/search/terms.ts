import type { Event, EventFilter } from '@weir/contracts/audit';
import { withParents } from '../event-filter.ts';
import { wordsIn, wordsOf } from '../words.ts';

/** What an event can be found by, but for its time. */
export function termsOf(event: Event): string[] {
  return [
    ...[event.principal, event.actor].filter((name) => name !== '').map((name) => `p:${name}`),
    `t:${event.type}`,
    ...[event.resource, event.dataset].flatMap(withParents).map((name) => `r:${name}`),
    `s:${event.sensitivity}`,
    `o:${event.outcome}`,
    ...event.complianceFlags.map((flag) => `f:${flag}`),
    ...(event.traceId === '' ? [] : [`x:${event.traceId}`]),
    ...Array.from(wordsOf(event.details), (word) => `w:${word}`),
  ];
}

/** What a filter asks for: a term of each group. Times are for whoever reads the events. */
export function groupsOf(filter: EventFilter): string[][] {
  const groups = [
    filter.principals.map((name) => `p:${name}`),
    filter.types.map((type) => `t:${type}`),
    filter.resources.map((name) => `r:${name}`),
    filter.sensitivities.map((sensitivity) => `s:${sensitivity}`),
    filter.outcomes.map((outcome) => `o:${outcome}`),
    ...filter.complianceFlags.map((flag) => [`f:${flag}`]),
    filter.traceId === '' ? [] : [`x:${filter.traceId}`],
    ...wordsIn(filter.text).map((word) => [`w:${word}`]),
  ];
  return groups.filter((group) => group.length > 0);
}

/**
 * The 32-bit hash of a term: FNV-1a over its UTF-16 units, mixed as in MurmurHash3 so that its first bits are spread
 * evenly. Terms that share one are told apart when the events are read.
 */
export function termHash(term: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < term.length; at += 1) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
