import type { Scope } from '@weir/context';
import { commonPositions } from '../../domain/search/common-positions.ts';
import { RUN_WIDTHS } from '../../domain/search/run.ts';
import { termHash } from '../../domain/search/terms.ts';
import type { FoundPlace, RunName, SearchStore } from '../../store/search-store.ts';

/** Terms of which one of each group is asked for, as hashes. */
export type HashGroups = readonly (readonly number[])[];

/** The hashes of the terms of each group. */
export const hashGroups = (groups: readonly (readonly string[])[]): HashGroups =>
  groups.map((group) => [...new Set(group.map(termHash))]);

/** The positions in a run, descending from just below one, of what has a term of every group, or seems to. */
export type Positions = (below: number) => Iterable<number>;

/** What a look-up in a run came to. */
export interface LookedUp {
  /** Undefined for a run that is gone. */
  readonly found: Positions | undefined;
  /** What it took, in events that could have been read instead. */
  readonly cost: number;
}

/** Bytes of postings that are read at once: those of a frequent term in a wide run are an eighth of a megabyte. */
const MOST_BYTES = 2 ** 17;
/** Bytes of postings that come with the look-up: those of rare terms, and of all terms in narrow runs. */
const BYTES_WITH_KEYS = 2 ** 16;
// A key takes as long as two or three events, half a kilobyte of postings as one.
const COST = { key: 3, perByte: 1 / 512 } as const;

/** Looks terms up in runs, in order: hashes may collide, so whoever reads the events decides. */
export async function* lookUp(
  searches: SearchStore,
  { scope, tenant }: { scope: Scope; tenant: string },
  runs: readonly RunName[],
  groups: HashGroups,
): AsyncGenerator<LookedUp> {
  const { present, places } = await searches.find(scope, tenant, runs, groups, BYTES_WITH_KEYS);
  const byRun = Map.groupBy(places, ({ start }) => start);
  const wanted = runs.map((run) => wantedIn(run, groups, byRun.get(run.start)));
  while (wanted.length > 0) {
    const batch = wanted.splice(0, countWithin(wanted));
    const missing = batch.flatMap((one) => one.missing);
    const read = await searches.postings(scope, tenant, missing);
    for (const { run, groups: parts, missing: own, bytes } of batch) {
      const postings = new Map(own.map(({ hash }) => [hash, read.shift()]));
      const cost = groups.flat().length * COST.key + bytes * COST.perByte;
      const isGone = !present.has(run.start) || [...postings.values()].includes(undefined);
      const whole = parts.map((group) => group.map((place) => place.postings ?? postings.get(place.hash)));
      yield { found: isGone ? undefined : foundIn(run, whole), cost };
    }
  }
}

/** What is to be read of a run. */
interface Wanted {
  readonly run: RunName;
  readonly groups: readonly (readonly FoundPlace[])[];
  /** The places whose postings have not come yet. */
  readonly missing: readonly FoundPlace[];
  readonly bytes: number;
}

const bytesOf = (places: readonly FoundPlace[]): number => places.reduce((sum, { length }) => sum + length, 0);

function wantedIn(run: RunName, groups: HashGroups, places: readonly FoundPlace[] = []): Wanted {
  const byHash = new Map(places.map((place) => [place.hash, place]));
  return {
    run,
    groups: groups.map((group) => group.flatMap((hash) => byHash.get(hash) ?? [])),
    missing: [...byHash.values()].filter(({ postings }) => !postings),
    bytes: bytesOf([...byHash.values()]),
  };
}

/** How many of the first runs have few enough bytes together; at least one. */
function countWithin(wanted: readonly Wanted[]): number {
  let [count, sum] = [0, 0];
  for (const { missing } of wanted) {
    sum += bytesOf(missing);
    if (count > 0 && sum > MOST_BYTES) break;
    count += 1;
  }
  return count;
}

function foundIn({ level }: RunName, parts: readonly (readonly (Buffer | undefined)[])[]): Positions {
  const postings = parts.map((group) => group.filter((part) => part !== undefined));
  return (below) => commonPositions(postings, RUN_WIDTHS[level], below);
}
