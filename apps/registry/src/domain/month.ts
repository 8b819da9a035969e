/** The calendar month (UTC) that a time is in: "2026-11". */
export const monthOf = (time: Date): string => time.toISOString().slice(0, 7);

/** When a month begins. */
export const monthStart = (month: string): Date => new Date(`${month}-01T00:00:00Z`);

/** When the next month begins. */
export function monthEnd(month: string): Date {
  const start = monthStart(month);
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
}

/** Milliseconds of [from, to) that lie in a month. */
export const overlapMs = (month: string, from: Date, to: Date): number =>
  Math.max(
    0,
    Math.min(to.getTime(), monthEnd(month).getTime()) - Math.max(from.getTime(), monthStart(month).getTime()),
  );

/** The months that [from, to) touches, with the milliseconds that lie in each. */
export function msByMonth(from: Date, to: Date): { month: string; ms: number }[] {
  const parts: { month: string; ms: number }[] = [];
  for (let at = from; at < to; at = monthEnd(monthOf(at))) {
    const month = monthOf(at);
    parts.push({ month, ms: overlapMs(month, from, to) });
  }
  return parts;
}

/** A number of milliseconds as a protobuf duration. */
export const durationOf = (ms: number | bigint): { seconds: bigint; nanos: number } => ({
  seconds: BigInt(ms) / 1000n,
  nanos: Number(BigInt(ms) % 1000n) * 1_000_000,
});
