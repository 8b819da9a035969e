import { linesOf } from './lines-of.ts';

async function linesIn(chunks: readonly Buffer[]): Promise<string[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const lines: string[] = [];
  for await (const line of linesOf(stream())) lines.push(line);
  return lines;
}

describe('the lines of a text', () => {
  it.each([
    ['', []],
    ['one', ['one']],
    ['one\n', ['one']],
    ['one\r\ntwo\n\nthree', ['one', 'two', '', 'three']],
    ['one\rtwo\r', ['one', 'two']],
    ['{"a":"one\u2028two\u2029three"}\n{"b":"\u{1F9E0}"}\n', ['{"a":"one\u2028two\u2029three"}', '{"b":"\u{1F9E0}"}']],
  ])('of %j are the same in one piece and byte by byte', async (text, lines) => {
    const bytes = Buffer.from(text);
    expect(await linesIn([bytes])).toEqual(lines);
    expect(await linesIn([...bytes].map((byte) => Buffer.from([byte])))).toEqual(lines);
  });
});
