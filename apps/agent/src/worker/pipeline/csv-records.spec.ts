import fc from 'fast-check';
import { Readable } from 'node:stream';
import { csvRecords, MAX_RECORD_BYTES, type CsvRecord } from './csv-records.ts';

const SHAPE = { delimiter: ',', quote: '"', width: 2 };

async function recordsOf(text: string | Buffer, chunkSize = 7, shape = SHAPE): Promise<CsvRecord[]> {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize));
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(Readable.from(chunks), shape)) records.push(record);
  return records;
}

const shown = (records: readonly CsvRecord[]): (string | number)[] =>
  records.map(({ bytes, line }) => bytes?.toString() ?? line);

describe('records', () => {
  it.each([
    ['a,b\n1,2\n', ['a,b', '1,2']],
    ['a,b\r\n1,2\r\n', ['a,b', '1,2']],
    ['a,b\r1,2\r', ['a,b', '1,2']],
    ['a,b\n1,2\r\n3,4\r5,6', ['a,b', '1,2', '3,4', '5,6']],
    ['\ufeffa,b\n1,2', ['a,b', '1,2']],
    ['a,b\n\n\n1,2\n\n', ['a,b', '1,2']],
    ['a,"x\ny"\n"1","2,3"\n', ['a,"x\ny"', '"1","2,3"']],
    ['a,"say ""hi"""\n', ['a,"say ""hi"""']],
    ['a,mid "quoted" text\n', ['a,mid "quoted" text']],
    ['a\nb,c\n', [1, 'b,c']],
    ['a,b,c\nd,e\n', [1, 'd,e']],
    ['a,"b"x\nd,e\n', [1, 'd,e']],
    ['1,2\n3,"open\n4,5\n6,7\n', ['1,2', 2, '4,5', '6,7']],
    ['1,2\n3,"open\n4,"5"\n6,7', ['1,2', 2, '4,"5"', '6,7']],
    ['1,2\n3,"open', ['1,2', 2]],
    ['"', [1]],
    ['', []],
  ])('of %j are %j', async (text, expected) => {
    for (const chunkSize of [1, 2, 3, 100]) expect(shown(await recordsOf(text, chunkSize))).toEqual(expected);
  });

  it('are malformed when they are not UTF-8', async () => {
    const text = Buffer.concat([Buffer.from('a,caf'), Buffer.from([0xe9]), Buffer.from('\nb,ok\n')]);
    expect(shown(await recordsOf(text))).toEqual([1, 'b,ok']);
  });

  it('are malformed when they are too long, and reading goes on', async () => {
    const text = `a,${'x'.repeat(MAX_RECORD_BYTES + 10)}\nb,"${'y'.repeat(MAX_RECORD_BYTES + 10)}"\nc,d\n`;
    expect(shown(await recordsOf(text, 65_536))).toEqual([1, 2, 'c,d']);
  });

  it('are those that were written, wherever chunks meet and whatever is between them', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', ' '), maxLength: 6 });
    const record = fc.tuple(field, field);
    const junk = fc.constantFrom('x', '1,2,3', '"broken"x,y', '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ arbitrary: record, weight: 3 }, { arbitrary: junk, weight: 1 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('\n', '\r\n'),
        async (parts, chunkSize, lineBreak) => {
          const quoted = (fields: readonly string[]) => fields.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');
          const text = parts.map((part) => (typeof part === 'string' ? part : quoted(part)) + lineBreak).join('');
          const records = await recordsOf(text, chunkSize);
          const good = parts.flatMap((part) => (typeof part === 'string' ? [] : [quoted(part)]));
          expect(records.flatMap(({ bytes }) => (bytes ? [bytes.toString()] : []))).toEqual(good);
          const bad = parts.filter((part) => typeof part === 'string' && part !== '').length;
          expect(records.filter(({ bytes }) => !bytes)).toHaveLength(bad);
        },
      ),
      { numRuns: 300 },
    );
  });
});
