import type { LeafRange } from '@weir/merkle';
import { RUN_WIDTHS } from '../../domain/search/run.ts';
import type { RunName } from '../../store/search-store.ts';

/** The indexes that a run covers. */
export const rangeOf = ({ start, level }: RunName): LeafRange => ({ start, end: start + BigInt(RUN_WIDTHS[level]) });

/** A part of a log: a run, or indexes that none covers. */
export type Part<R extends RunName> = LeafRange & { readonly run: R | undefined };

/** A log up to an index in parts, by index. A run that begins inside another is left out. */
export function partsOf<R extends RunName>(runs: readonly R[], to: bigint): Part<R>[] {
  const parts: Part<R>[] = [];
  let at = 0n;
  for (const run of runs) {
    const range = rangeOf(run);
    if (range.start < at || range.start >= to) continue;
    if (range.start > at) parts.push({ start: at, end: range.start, run: undefined });
    parts.push({ start: range.start, end: range.end < to ? range.end : to, run });
    at = range.end;
  }
  if (at < to) parts.push({ start: at, end: to, run: undefined });
  return parts;
}
