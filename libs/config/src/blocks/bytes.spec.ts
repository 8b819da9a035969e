import fc from 'fast-check';
import { bytes, formatBytes } from './bytes.ts';

describe('bytes', () => {
  it.each([
    ['4096', 4096],
    ['4MiB', 4_194_304],
    ['1GB', 1_000_000_000],
    ['2KiB', 2048],
    ['0', 0],
  ])('reads %s', (text, size) => expect(bytes().parse(text)).toBe(size));

  it.each(['4 MiB', '4mib', '-1', '1.5GiB', 'many'])('refuses %s', (text) =>
    expect(bytes().safeParse(text).success).toBe(false),
  );

  it('reads what it writes', () => {
    fc.assert(fc.property(fc.nat({ max: 2 ** 52 }), (size) => bytes().parse(formatBytes(size)) === size));
  });
});
