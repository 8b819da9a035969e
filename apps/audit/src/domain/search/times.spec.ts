import fc from 'fast-check';
import { BLOCK, blockTimes, joinTimes, stretchesWithin } from './times.ts';

const WIDTH = 4 * BLOCK;
const events = fc.array(fc.record({ position: fc.nat(WIDTH - 1), time: fc.integer({ min: 0, max: 1_000 }) }), {
  maxLength: 40,
});

function timesOf(list: readonly { position: number; time: number }[]) {
  const times = blockTimes(WIDTH);
  for (const { position, time } of list) times.add(position, time);
  return times.finish();
}

describe('the times of a run', () => {
  it('leave out no event within the bounds, and no more than its block beside it', () => {
    fc.assert(
      fc.property(events, fc.nat(1_000), fc.nat(1_000), (list, from, to) => {
        const stretches = stretchesWithin(timesOf(list).times, { from, to });
        const blocks = stretches.flatMap(({ start, end }) =>
          Array.from({ length: (end - start) / BLOCK }, (_, at) => start / BLOCK + at),
        );
        const wanted = list.filter(({ time }) => time >= from && time < to).map(({ position }) => position);
        expect(wanted.filter((position) => !blocks.includes(Math.floor(position / BLOCK)))).toEqual([]);
        for (const block of blocks) {
          const own = list.filter(({ position }) => Math.floor(position / BLOCK) === block).map(({ time }) => time);
          expect(Math.max(...own) >= from && Math.min(...own) < to).toBe(true);
        }
      }),
    );
  });

  it('are the same joined as found at once', () => {
    fc.assert(
      fc.property(events, events, (first, second) => {
        const joined = joinTimes([timesOf(first).times, timesOf(second).times]);
        const moved = second.map(({ position, time }) => ({ position: position + WIDTH, time }));
        const whole = blockTimes(2 * WIDTH);
        for (const { position, time } of [...first, ...moved]) whole.add(position, time);
        expect(joined).toEqual(whole.finish());
      }),
    );
  });
});
