import { failureBudget } from './failure-budget.ts';

describe('a failure budget', () => {
  const size = { burst: 3, forgivenAfterMs: 1_000 };

  it('lets a few failures pass, then one for each time that is waited', () => {
    const budget = failureBudget(size);
    const at = (now: number) => budget.spend('acme', now);

    expect([at(0), at(0), at(0)]).toEqual([undefined, undefined, undefined]);
    expect(at(0)).toBe(1_000);
    expect(at(400)).toBe(600);
    expect(at(1_000)).toBeUndefined();
    expect(at(1_000)).toBe(1_000);
  });

  it('keeps accounts apart', () => {
    const budget = failureBudget(size);
    for (let attempt = 0; attempt < 4; attempt += 1) budget.spend('acme', 0);

    expect(budget.spend('globex', 0)).toBeUndefined();
  });

  it('gives back what was no failure', () => {
    const budget = failureBudget(size);
    for (let attempt = 0; attempt < 100; attempt += 1) {
      expect(budget.spend('acme', 0)).toBeUndefined();
      budget.refund('acme');
    }
  });

  it('forgets the oldest when there are too many', () => {
    const budget = failureBudget({ burst: 1, forgivenAfterMs: 1_000 }, 2);
    for (const key of ['first', 'second', 'third']) budget.spend(key, 0);

    expect(budget.spend('third', 0)).toBe(1_000);
    expect(budget.spend('first', 0)).toBeUndefined();
  });
});
