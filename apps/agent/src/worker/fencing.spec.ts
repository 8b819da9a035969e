import { isReason } from '@weir/errors';
import { createFencing } from './fencing.ts';

describe('fencing', () => {
  const never = (): void => {
    throw new Error('ended');
  };

  it('keeps an attempt out when a newer one was seen, also after that has ended', () => {
    const fencing = createFencing();
    fencing.enter('run', 5n, never)[Symbol.dispose]();
    expect(() => fencing.enter('run', 4n, never)).toThrow('run run holds fencing token 4, and 5 was seen for it');
    fencing.enter('run', 5n, never)[Symbol.dispose]();
    fencing.enter('other', 1n, never)[Symbol.dispose]();
  });

  it('ends older attempts that are at work', () => {
    const fencing = createFencing();
    const ended: Error[] = [];
    using _older = fencing.enter('run', 1n, (cause) => void ended.push(cause));
    using _same = fencing.enter('run', 1n, never);
    expect(ended).toEqual([]);
    expect(() => fencing.enter('run', 2n, never)).toThrow('ended');
    expect(isReason(ended[0], 'RUN_SUPERSEDED')).toBe(true);
  });

  it('lets runs without a slot alone', () => {
    const fencing = createFencing();
    using _one = fencing.enter('run', 0n, never);
    using _two = fencing.enter('run', 0n, never);
  });
});
