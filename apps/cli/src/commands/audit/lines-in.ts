import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * The lines of a file, each with its newline; the last one has none where the file breaks off. Only a newline ends a line:
 * node:readline also splits at U+2028 and U+2029, which stand in JSON as they are.
 */
export async function* linesIn(path: string): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, end + 1)]);
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

/** Whether a line is there to its end. */
export const isWholeLine = (line: Buffer): boolean => line.at(-1) === NEWLINE;
