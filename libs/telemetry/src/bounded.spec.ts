import { bounded } from './bounded.ts';

const never = new Promise(() => undefined);

describe('bounded', () => {
  it('ends with the work, also when it fails', async () => {
    const before = performance.now();
    await bounded(Promise.resolve(1), 60_000);
    await bounded(Promise.reject(new Error('x')), 60_000);

    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('ends at its bound when the work does not', async () => {
    const before = performance.now();
    await bounded(never, 50);

    expect(performance.now() - before).toBeGreaterThanOrEqual(45);
  });
});
