import { remembered } from './remembered.ts';

/** Reads that the test ends; they are numbered in the order of their beginning. */
function reads(options: { max: number; ttl?: number }) {
  const begun: PromiseWithResolvers<string>[] = [];
  const ask = remembered(() => {
    const reading = Promise.withResolvers<string>();
    begun.push(reading);
    return reading.promise;
  }, options);
  return { begun, ask };
}

describe('what is remembered', () => {
  it('is read once for all who ask, while it is read and afterwards', async () => {
    const { begun, ask } = reads({ max: 2 });
    const asked = [ask('a'), ask('a')];
    begun[0]?.resolve('one');

    expect(await Promise.all([...asked, ask('a')])).toEqual(['one', 'one', 'one']);
    expect(begun).toHaveLength(1);
  });

  it('is read for each key, and anew where others needed the place', () => {
    const { begun, ask } = reads({ max: 2 });

    for (const key of ['a', 'b', 'a', 'c', 'b']) void ask(key);

    expect(begun).toHaveLength(4);
  });

  it('is no failure: the next who asks has it read again', async () => {
    const { begun, ask } = reads({ max: 2 });
    const failed = ask('a');
    begun[0]?.reject(new Error('down'));
    await expect(failed).rejects.toThrow('down');

    const again = ask('a');
    begun[1]?.resolve('up');

    expect(await again).toBe('up');
  });

  it('is not lost when an older reading fails late', async () => {
    const { begun, ask } = reads({ max: 1 });
    const older = ask('a');
    void ask('b');
    const newer = ask('a');
    begun[0]?.reject(new Error('late'));
    await expect(older).rejects.toThrow('late');
    begun[2]?.resolve('newer');

    expect(await Promise.all([newer, ask('a')])).toEqual(['newer', 'newer']);
    expect(begun).toHaveLength(3);
  });
});
