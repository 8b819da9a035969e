import { Event } from '@weir/contracts/audit';
import { termHash } from '../../domain/search/terms.ts';
import type { OpenedLog } from '../../store/search-store.ts';
import { recentEvents, type RecentEvents, type RecentQuery } from './recent-events.ts';

const TIME = Date.UTC(2026, 0, 1);
const bytesAt = (at: number): Buffer =>
  Buffer.from(
    Event.encode(
      Event.fromPartial({ type: at % 2 === 0 ? 'even' : 'odd', principal: `p-${at}`, time: new Date(TIME + at) }),
    ).finish(),
  );

/** A log as it is opened, with runs of 1,024 up to somewhere and the events from `from` on, but for those removed. */
const opened = (from: number, to: number, { covered = 0, size = to, removed = -1 } = {}): OpenedLog => ({
  to: BigInt(to),
  size: BigInt(size),
  runs: Array.from({ length: covered / 1_024 }, (_, at) => ({
    start: BigInt(at) * 1_024n,
    level: 0 as const,
    firstTime: TIME,
    lastTime: TIME,
  })),
  recent: {
    from: BigInt(from),
    events: Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)
      .filter((index) => index !== removed)
      .map((index) => ({ index: BigInt(index), bytes: bytesAt(index) })),
  },
});

const everything: RecentQuery = { groups: [], bounds: { from: undefined, to: undefined } };
const ofType = (type: string) => ({ ...everything, groups: [[termHash(`t:${type}`)]] });
const find = (recent: RecentEvents, start: number, end: number, query = ofType('even')) =>
  recent.find('acme', { start: BigInt(start), end: BigInt(end) }, query)?.map(Number);

describe('the newest events of a log', () => {
  it('are found by what they have, from the newest, once they were read', () => {
    const recent = recentEvents();
    expect(find(recent, 0, 6)).toBeUndefined();
    recent.add('acme', 0n, opened(0, 6));
    expect(recent.known('acme')).toBe(6n);
    expect(find(recent, 0, 6)).toEqual([4, 2, 0]);
    expect(find(recent, 1, 4)).toEqual([2]);
    expect(find(recent, 0, 7)).toBeUndefined();
    const both = { ...everything, groups: [[termHash('t:odd')], [termHash('p:p-2'), termHash('p:p-5')]] };
    expect(find(recent, 0, 6, both)).toEqual([5]);
  });

  it('are found by their time', () => {
    const recent = recentEvents();
    recent.add('acme', 0n, opened(0, 6));
    expect(find(recent, 0, 6, { groups: [], bounds: { from: TIME + 2, to: TIME + 4 } })).toEqual([3, 2]);
    expect(find(recent, 0, 6, { groups: [], bounds: { from: undefined, to: TIME + 1 } })).toEqual([0]);
  });

  it('come in parts, also when two calls read the same', () => {
    const recent = recentEvents();
    recent.add('acme', 0n, opened(0, 4));
    recent.add('acme', 4n, opened(4, 9));
    recent.add('acme', 4n, opened(4, 7));
    expect(recent.known('acme')).toBe(9n);
    expect(find(recent, 0, 9)).toEqual([8, 6, 4, 2, 0]);
  });

  it('leave out what was removed before', () => {
    const recent = recentEvents();
    recent.add('acme', 0n, opened(0, 6, { removed: 2 }));
    expect(find(recent, 0, 6)).toEqual([4, 0]);
  });

  it('are forgotten once a run covers them', () => {
    const recent = recentEvents();
    recent.add('acme', 0n, opened(0, 1_030));
    recent.add('acme', 1_030n, opened(1_030, 1_032, { covered: 1_024 }));
    expect(find(recent, 1_024, 1_032)).toEqual([1_030, 1_028, 1_026, 1_024]);
    expect(find(recent, 0, 1_032)).toBeUndefined();
  });

  it('are read anew where they are too many to be read at once, or were forgotten meanwhile', () => {
    const recent = recentEvents();
    recent.add('acme', 0n, opened(0, 6));
    const many = opened(6, 4_000);
    recent.add('acme', 6n, { ...many, recent: { from: 6n, events: undefined } });
    expect(find(recent, 0, 4_000)).toBeUndefined();
    const other = recentEvents();
    other.add('acme', 6n, opened(6, 8));
    expect(other.known('acme')).toBe(0n);
  });

  it('of a log that became shorter are those of another log', () => {
    const recent = recentEvents();
    recent.add('acme', 0n, opened(0, 9));
    recent.add('acme', 9n, opened(0, 5));
    expect(recent.known('acme')).toBe(5n);
    expect(find(recent, 0, 5)).toEqual([4, 2, 0]);
  });

  it('are kept for the logs that were queried last', () => {
    const recent = recentEvents();
    for (let at = 0; at < 65; at += 1) recent.add(`tenant-${at}`, 0n, opened(0, 1));
    expect(recent.known('tenant-0')).toBe(0n);
    expect(recent.known('tenant-1')).toBe(1n);
  });
});
