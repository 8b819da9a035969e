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

/** Looks terms up in runs: hashes may collide, so whoever reads the events decides. Undefined for a run that is gone. */
export async function lookUp(
  searches: SearchStore,
  scope: Scope,
  tenant: string,
  runs: readonly RunName[],
  groups: HashGroups,
): Promise<(Found | undefined)[]> {
  const slices = await searches.keys(scope, tenant, runs, [...new Set(groups.flat())]);
  const present = new Set(slices.map(({ start }) => start));
  const keys = new Map(slices.map((slice) => [`${slice.start} ${slice.hash}`, slice.keys]));
  const places = runs.map((run) => groups.map((group) => placesOf(run, group, keys)));
  const wanted = places.map((found) => (found.every((group) => group.length > 0) ? found : []));
  const bytes = await searches.postings(scope, tenant, wanted.flat(2));
  let next = 0;
  return runs.map((run, at) => {
    const postings = (wanted[at] ?? []).map((group) => group.map(() => bytes[next++]));
    if (!present.has(run.start) || postings.flat().includes(undefined)) return undefined;
    const parts = postings.map((group) => group.filter((part) => part !== undefined));
    return (below) => commonPositions(parts, RUN_WIDTHS[run.level], below);
  });
}

function placesOf(run: RunName, group: readonly number[], keys: ReadonlyMap<string, Buffer>): PostingsPlace[] {
  return group.flatMap((hash) => {
    const slice = keys.get(`${run.start} ${hash}`);
    const found = slice && findKey(slice, hash);
    return found ? [{ start: run.start, level: run.level, ...found }] : [];
  });
}
