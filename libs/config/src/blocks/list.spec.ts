import { list } from './list.ts';
import { port } from './port.ts';

describe('list', () => {
  it('reads values between commas', () => {
    expect(list().parse('a, b,,c ')).toEqual(['a', 'b', 'c']);
  });

  it('reads each value as its kind asks', () => {
    expect(list(port()).parse('1,2')).toEqual([1, 2]);
    expect(list(port()).safeParse('1,x').error?.issues[0]?.message).toMatch(/needs a port/);
  });
});
