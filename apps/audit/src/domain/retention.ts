import type { Retention, RetentionRule } from '@weir/contracts/audit';
import type { Sensitivity } from '@weir/contracts/options';

const DAY_MS = 86_400_000;

/** How many days the events of a sensitivity are kept; Infinity where nothing says that they may go. */
export type KeepDays = (sensitivity: Sensitivity) => number;

/** What a retention means: a rule below its minimum acts as if it were the minimum. */
export function keepDays({ rules, minimums }: Pick<Retention, 'rules' | 'minimums'>): KeepDays {
  const [wanted, least] = [daysOf(rules), daysOf(minimums)];
  return (sensitivity) => Math.max(wanted.get(sensitivity) ?? Infinity, least.get(sensitivity) ?? 0);
}

/** When an event must have been recorded, at the latest, for the shortest of the rules to let it go. */
export function latestRemovable(retention: Pick<Retention, 'rules' | 'minimums'>, now: Date): Date | undefined {
  const keep = keepDays(retention);
  const days = retention.rules.map(({ sensitivity }) => keep(sensitivity));
  return days.length === 0 ? undefined : new Date(now.getTime() - Math.min(...days) * DAY_MS);
}

/** Whether an event recorded then may go by now. */
export const isPast = (recordedAt: Date, days: number, now: Date): boolean =>
  recordedAt.getTime() + days * DAY_MS <= now.getTime();

const daysOf = (rules: readonly RetentionRule[]): Map<Sensitivity, number> =>
  new Map(rules.map(({ sensitivity, days }) => [sensitivity, days]));
