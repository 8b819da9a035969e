import type { Scope } from '@weir/context';
import { commonPositions } from '../../domain/search/common-positions.ts';
import { RUN_WIDTHS, findKey } from '../../domain/search/run.ts';
import { termHash } from '../../domain/search/terms.ts';
import type { PostingsPlace, RunName, SearchStore } from '../../store/search-store.ts';

/** Terms of which one of each group is asked for, as hashes. */
export type HashGroups = readonly (readonly number[])[];

/** The hashes of the terms of each group. */
export const hashGroups = (groups: readonly (readonly string[])[]): HashGroups =>
  groups.map((group) => [...new Set(group.map(termHash))]);

/** The positions in a run, descending from just below one, of what has a term of every group, or seems to. */
export type Found = (below: number) => Iterable<number>;

/** What a look-up in a run came to. */
export interface LookedUp {
  /** Undefined for a run that is gone. */
  readonly found: Found | undefined;
  /** What it took, in events that could have been read instead. */
  readonly cost: number;
}

/** Bytes of postings that are read at once: those of a frequent term in a wide run are an eighth of a megabyte. */
const MOST_BYTES = 2 ** 17;
const COST = { key: 8, perByte: 1 / 256 } as const;

/** Looks terms up in runs, in order: hashes may collide, so whoever reads the events decides. */
export async function* lookUp(
  searches: SearchStore,
  { scope, tenant }: { scope: Scope; tenant: string },
  runs: readonly RunName[],
  groups: HashGroups,
): AsyncGenerator<LookedUp> {
  const slices = await searches.keys(scope, tenant, runs, [...new Set(groups.flat())]);
  const present = new Set(slices.map(({ start }) => start));
  const keys = new Map(slices.map((slice) => [`${slice.start} ${slice.hash}`, slice.keys]));
  const wanted = runs.map((run) => {
    const places = groups.map((group) => placesOf(run, group, keys));
    const groupsOrNone = places.every((group) => group.length > 0) ? places : [];
    return { run, groups: groupsOrNone, bytes: groupsOrNone.flat().reduce((sum, { length }) => sum + length, 0) };
  });
  while (wanted.length > 0) {
    const batch = wanted.splice(0, countWithin(wanted));
    const postings = await searches.postings(scope, tenant, batch.map((one) => one.groups).flat(2));
    for (const { run, groups: places, bytes } of batch) {
      const parts = places.map((group) => postings.splice(0, group.length));
      const cost = groups.flat().length * COST.key + bytes * COST.perByte;
      const isGone = !present.has(run.start) || parts.flat().includes(undefined);
      yield { found: isGone ? undefined : foundIn(run, parts), cost };
    }
  }
}

/** How many of the first runs have few enough bytes together; at least one. */
function countWithin(wanted: readonly { bytes: number }[]): number {
  let [count, sum] = [0, 0];
  for (const { bytes } of wanted) {
    sum += bytes;
    if (count > 0 && sum > MOST_BYTES) break;
    count += 1;
  }
  return count;
}

function foundIn({ level }: RunName, parts: readonly (readonly (Buffer | undefined)[])[]): Found {
  const postings = parts.map((group) => group.filter((part) => part !== undefined));
  return (below) => commonPositions(postings, RUN_WIDTHS[level], below);
}

function placesOf(run: RunName, group: readonly number[], keys: ReadonlyMap<string, Buffer>): PostingsPlace[] {
  return group.flatMap((hash) => {
    const slice = keys.get(`${run.start} ${hash}`);
    const found = slice && findKey(slice, hash);
    return found ? [{ start: run.start, level: run.level, ...found }] : [];
  });
}
