import { backoff } from './backoff.ts';

describe('backoff', () => {
  it('doubles up to its bound, and begins anew', () => {
    const pauses = backoff(100, 500, () => 1);

    expect([pauses.next(), pauses.next(), pauses.next(), pauses.next()]).toEqual([100, 200, 400, 500]);
    pauses.reset();
    expect(pauses.next()).toBe(100);
  });

  it('scatters', () => {
    expect(backoff(100, 500, () => 0).next()).toBe(50);
  });
});
