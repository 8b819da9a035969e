import type { LeafRange } from '@weir/merkle';
import type { Sensitivity } from '@weir/contracts/options';
import { isPast, type KeepDays } from './retention.ts';

/**
 * The least that retention removes: the events of one tile that were recorded on one day (UTC). Busy logs go tile by
 * tile, quiet ones day by day.
 */
export interface LogPartition extends LeafRange {
  /** When its last event of each sensitivity was recorded. */
  readonly last: ReadonlyMap<Sensitivity, Date>;
}

/** Whether all events of a partition may go by now. One that may still grow may not. */
export function isRemovable({ start, last }: LogPartition, logSize: bigint, keep: KeepDays, now: Date): boolean {
  const dates = [...last.values()];
  const isWhole = start >> 8n < logSize >> 8n || dates.every((date) => dayOf(date) < dayOf(now));
  return isWhole && [...last].every(([sensitivity, recordedAt]) => isPast(recordedAt, keep(sensitivity), now));
}

/** Neighbouring ranges as one. */
export function mergeRanges(ranges: readonly LeafRange[]): LeafRange[] {
  const merged: LeafRange[] = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous?.end === range.start) merged[merged.length - 1] = { start: previous.start, end: range.end };
    else merged.push({ start: range.start, end: range.end });
  }
  return merged;
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
