import {
  addPositions,
  decodePositions,
  descending,
  hasPosition,
  isList,
  keepCommon,
  noPositions,
  type Positions,
} from './positions.ts';

/** Encoded positions, any of which will do. */
export type Group = readonly Uint8Array[];

/** Lists of no more bytes than this together are kept as lists. */
const SHORT = 4_096;

/** The positions, descending from just below one, that are in every group. */
export function commonPositions(groups: readonly Group[], width: number, below: number): Iterable<number> {
  const lists = groups.filter(isShort).map(listOf);
  const sets = groups.filter((group) => !isShort(group)).map((group) => setOf(group, width));
  const [shortest, ...others] = lists.toSorted((a, b) => a.size - b.size);
  if (shortest) {
    const inAll = (position: number): boolean =>
      position < below && others.every((list) => list.has(position)) && sets.every((set) => hasPosition(set, position));
    return [...shortest].filter(inAll).sort((a, b) => b - a);
  }
  const [common, ...rest] = sets;
  if (!common) return [];
  for (const set of rest) keepCommon(common, set);
  return descending(common, below);
}

const isShort = (group: Group): boolean =>
  group.every(isList) && group.reduce((sum, { length }) => sum + length, 0) <= SHORT;

const listOf = (group: Group): Set<number> => new Set(group.flatMap(decodePositions));

function setOf(group: Group, width: number): Positions {
  const set = noPositions(width);
  for (const part of group) addPositions(set, part);
  return set;
}
