import type { Event, EventFilter } from '@weir/contracts/audit';
import { wordsIn, wordsOf } from './words.ts';

/** Whether an event matches. */
export type Matches = (event: Event) => boolean;

/** A filter ready to be used on many events. */
export function matcher(filter: EventFilter): Matches {
  const tests = testsOf(filter);
  return (event) => tests.every((test) => test(event));
}

/** Whether a filter lets every event pass. */
export const matchesAll = (filter: EventFilter): boolean => testsOf(filter).length === 0;

function testsOf(filter: EventFilter): Matches[] {
  const { startTime, endTime, principals, types, resources, sensitivities, complianceFlags, outcomes } = filter;
  const words = wordsIn(filter.text);
  const tests: readonly (Matches | undefined)[] = [
    startTime && (({ time }) => time !== undefined && time >= startTime),
    endTime && (({ time }) => time !== undefined && time < endTime),
    oneOf(principals, ({ principal, actor }) => [principal, actor]),
    oneOf(types, ({ type }) => [type]),
    oneOf(resources, ({ resource, dataset }) => [...withParents(resource), ...withParents(dataset)]),
    oneOf(sensitivities, ({ sensitivity }) => [sensitivity]),
    oneOf(outcomes, ({ outcome }) => [outcome]),
    complianceFlags.length === 0
      ? undefined
      : (event) => complianceFlags.every((flag) => event.complianceFlags.includes(flag)),
    filter.traceId === '' ? undefined : ({ traceId }) => traceId === filter.traceId,
    words.length === 0 ? undefined : ({ details }) => hasAll(wordsOf(details), words),
  ];
  return tests.filter((test) => test !== undefined);
}

function oneOf<T>(wanted: readonly T[], valuesOf: (event: Event) => readonly T[]): Matches | undefined {
  if (wanted.length === 0) return undefined;
  const set = new Set(wanted);
  return (event) => valuesOf(event).some((value) => set.has(value));
}

const hasAll = (found: ReadonlySet<string>, wanted: readonly string[]): boolean =>
  wanted.every((word) => found.has(word));

/** A resource name and all names above it: "a/b/c", "a/b", "a". */
export function withParents(name: string): string[] {
  if (name === '') return [];
  const parts = name.split('/');
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/'));
}
