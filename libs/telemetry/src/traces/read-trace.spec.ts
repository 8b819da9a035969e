import { readTrace } from './read-trace.ts';

describe('readTrace', () => {
  it('finds nothing where nothing was written', async () => {
    expect(await readTrace('/nowhere', 'a'.repeat(32))).toEqual([]);
  });
});
