import { DataFormat } from '@weir/contracts/registry';
import { sniffProblem } from './data-formats.ts';

describe('sniffProblem', () => {
  it.each([
    [DataFormat.PARQUET, 'PAR1....'],
    [DataFormat.JSON, '\uFEFF  [{"a":1}]'],
    [DataFormat.NDJSON, '{"a":1}\n'],
    [DataFormat.CSV, 'a,b\n1,2\n'],
  ])('finds nothing wrong with format %s', (format, text) => {
    expect(sniffProblem(format, Buffer.from(text))).toBeUndefined();
  });

  it.each([
    [DataFormat.CSV, 'PAR1....', 'it begins like PARQUET'],
    [DataFormat.PARQUET, 'a,b\n', 'it does not begin like PARQUET'],
    [DataFormat.JSON, '{"a":1}', 'it does not begin with "["'],
    [DataFormat.NDJSON, '', 'it does not begin with "{"'],
  ])('says what is wrong with format %s', (format, text, problem) => {
    expect(sniffProblem(format, Buffer.from(text))).toBe(problem);
  });
});
