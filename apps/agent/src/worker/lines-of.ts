import { StringDecoder } from 'node:string_decoder';

const BREAK = /\r\n|\n|\r/;

/**
 * The lines of a text in UTF-8. U+2028 and U+2029 end none, as they do for node:readline: they stand in JSON as they are.
 */
export async function* linesOf(input: AsyncIterable<string | Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  let held = '';
  for await (const chunk of input) {
    const text = held + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    // Its newline may be yet to come.
    held = text.endsWith('\r') ? '\r' : '';
    const [first = '', ...more] = text.slice(0, text.length - held.length).split(BREAK);
    begun += first;
    for (const line of more) {
      yield begun;
      begun = line;
    }
  }
  begun += decoder.end();
  if (begun !== '' || held !== '') yield begun;
}
