/** A time as it stands on the command line. */
export function timeArgument(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new Error(`${text} is not a time: 2026-11-01 or 2026-11-01T12:00:00Z`);
  return date;
}

/** A number of events, an index or a size as it stands on the command line. */
export function wholeArgument(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new Error(`${text} is not a whole number from 0 on`);
  return BigInt(text);
}

/** The same where at least one is wanted. */
export function countArgument(text: string): number {
  const count = Number(wholeArgument(text));
  if (count === 0) throw new Error('ask for at least 1');
  return count;
}
