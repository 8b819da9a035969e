import { Sensitivity } from '@weir/contracts/options';
import { isRemovable, mergeRanges } from './log-partition.ts';
import { keepDays, latestRemovable } from './retention.ts';

const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 0, number, hour));
const keep = keepDays({ rules: [{ sensitivity: Sensitivity.LOW, days: 10 }], minimums: [] });
const partition = (start: bigint, last: [Sensitivity, Date][]) => ({ start, end: start + 1n, last: new Map(last) });

describe('a partition', () => {
  it('may go once its last event is past its time', () => {
    const whole = partition(0n, [[Sensitivity.LOW, day(1, 12)]]);
    expect(isRemovable(whole, 1000n, keep, day(11, 11))).toBe(false);
    expect(isRemovable(whole, 1000n, keep, day(11, 12))).toBe(true);
  });

  it('stays for an event that no rule lets go', () => {
    const mixed = partition(0n, [
      [Sensitivity.LOW, day(1)],
      [Sensitivity.HIGH, day(1)],
    ]);
    expect(isRemovable(mixed, 1000n, keep, day(31))).toBe(false);
  });

  it('stays while it may grow', () => {
    const today = keepDays({ rules: [{ sensitivity: Sensitivity.LOW, days: 0 }], minimums: [] });
    const growing = partition(768n, [[Sensitivity.LOW, day(5, 1)]]);
    expect(isRemovable(growing, 1000n, today, day(5, 2))).toBe(false);
    expect(isRemovable(growing, 1000n, today, day(6))).toBe(true);
    expect(isRemovable(growing, 1024n, today, day(5, 2))).toBe(true);
  });
});

describe('a retention', () => {
  it('is never shorter than its minimum, and says nothing where there is no rule', () => {
    const both = keepDays({
      rules: [{ sensitivity: Sensitivity.LOW, days: 10 }],
      minimums: [
        { sensitivity: Sensitivity.LOW, days: 20 },
        { sensitivity: Sensitivity.HIGH, days: 5 },
      ],
    });
    expect([both(Sensitivity.LOW), both(Sensitivity.HIGH)]).toEqual([20, Infinity]);
  });

  it('needs a rule to remove anything', () => {
    expect(latestRemovable({ rules: [], minimums: [] }, day(31))).toBeUndefined();
    expect(latestRemovable({ rules: [{ sensitivity: Sensitivity.LOW, days: 10 }], minimums: [] }, day(31))).toEqual(
      day(21),
    );
  });
});

it('neighbouring ranges become one', () => {
  const ranges = [
    [0n, 2n],
    [2n, 5n],
    [6n, 7n],
    [7n, 9n],
  ] as const;
  const merged = mergeRanges(ranges.map(([start, end]) => ({ start, end })));
  expect(merged).toEqual([
    { start: 0n, end: 5n },
    { start: 6n, end: 9n },
  ]);
});
