import { setTimeout as wait } from 'node:timers/promises';
import { coalesced } from './coalesced.ts';

describe('coalesced work', () => {
  it('gives every caller a run that began after its call, one at a time', async () => {
    let started = 0;
    let running = 0;
    const work = coalesced(async () => {
      started += 1;
      running += 1;
      expect(running).toBe(1);
      await wait(1);
      running -= 1;
    });

    const first = work();
    const before = started;
    await Promise.all([first, ...Array.from({ length: 10 }, work)]);

    expect([before, started]).toEqual([1, 2]);
  });

  it('starts again after a failure', async () => {
    let attempt = 0;
    const work = coalesced(() => (++attempt === 1 ? Promise.reject(new Error('lost')) : Promise.resolve()));

    const [first, second] = await Promise.allSettled([work(), work()]);

    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });
});
