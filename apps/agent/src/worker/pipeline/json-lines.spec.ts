import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyObjects } from './json-lines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-lines-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps every line that is an object, whatever characters its texts hold', async () => {
  const good = ['{"note":"one\u2028two\u2029three"}', '{"note":"\u0085"}'];
  const [file, copy] = [join(folder, 'rows.ndjson'), join(folder, 'copy.ndjson')];
  writeFileSync(file, [good[0], '', 'no object', good[1]].join('\r\n'));
  expect(await copyObjects(file, 'uncompressed', copy, 1_000)).toEqual({ total: 3, kept: 2, firstBad: 3 });
  expect(readFileSync(copy, 'utf8')).toBe(good.map((line) => `${line}\n`).join(''));
});
