import type { Scope } from '@weir/context';
import { RUN_WIDTHS, findKey } from '../../domain/search/run.ts';
import { addPositions, ascending, keepCommon, noPositions, type Positions } from '../../domain/search/positions.ts';
import { termHash } from '../../domain/search/terms.ts';
import type { PostingsPlace, RunSummary, SearchStore } from '../../store/search-store.ts';

/**
 * The indexes, descending, of the events of each run that have a term of every group, or seem to: hashes may collide.
 * Undefined for a run that is gone.
 */
export async function lookUp(
  searches: SearchStore,
  scope: Scope,
  tenant: string,
  runs: readonly RunSummary[],
  groups: readonly (readonly string[])[],
): Promise<(bigint[] | undefined)[]> {
  const hashes = groups.map((group) => group.map(termHash));
  const slices = await searches.keys(scope, tenant, runs, [...new Set(hashes.flat())]);
  const present = new Set(slices.map(({ start }) => start));
  const keys = new Map(slices.map((slice) => [`${slice.start} ${slice.hash}`, slice.keys]));

  const places = runs.map((run) => hashes.map((group) => placesOf(run, group, keys)));
  const wanted = places.map((found) => (found.every((group) => group.length > 0) ? found : []));
  const bytes = await searches.postings(scope, tenant, wanted.flat(2));
  let next = 0;
  return runs.map((run, at) => {
    const isGone = !present.has(run.start);
    const postings = (wanted[at] ?? []).map((group) => group.map(() => bytes[next++]));
    if (isGone || postings.flat().includes(undefined)) return undefined;
    return indexesOf(
      run,
      postings.map((group) => group.filter((part) => part !== undefined)),
    );
  });
}

function placesOf(run: RunSummary, group: readonly number[], keys: ReadonlyMap<string, Buffer>): PostingsPlace[] {
  return group.flatMap((hash) => {
    const slice = keys.get(`${run.start} ${hash}`);
    const found = slice && findKey(slice, hash);
    return found ? [{ start: run.start, level: run.level, ...found }] : [];
  });
}

function indexesOf({ start, level }: RunSummary, groups: readonly (readonly Buffer[])[]): bigint[] {
  const width = RUN_WIDTHS[level];
  const sets = groups.map((parts): Positions => {
    const set = noPositions(width);
    for (const part of parts) addPositions(set, part);
    return set;
  });
  const [common, ...others] = sets;
  if (!common) return [];
  for (const other of others) keepCommon(common, other);
  return ascending(common)
    .reverse()
    .map((position) => start + BigInt(position));
}
