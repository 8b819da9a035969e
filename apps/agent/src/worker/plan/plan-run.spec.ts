import { ExecuteRequest } from '@weir/contracts/agent';
import { Compression, DataFormat, Severity } from '@weir/contracts/registry';
import type { WeirError } from '@weir/errors';
import { parse } from '@weir/rpc';
import { at, read, runOf, validate, write } from '../../testing/start-test-worker.ts';
import { planRun } from './plan-run.ts';
import { ExecuteSchema } from './request.ts';

const MIB = 1024 * 1024;
const plan = (...args: Parameters<typeof runOf>) =>
  planRun(parse(ExecuteSchema, ExecuteRequest.fromPartial(runOf(...args) as Partial<ExecuteRequest>)), {
    memoryBytes: 100 * MIB,
  });
const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'planned';
  } catch (error) {
    return (error as WeirError).reason;
  }
};
const inputs = { data: at('/data.csv', DataFormat.CSV) };

describe('a plan', () => {
  it('has the defaults of the contract filled in', () => {
    const check = { $case: 'notNull' as const, value: { column: 'a' } };
    const { steps } = plan(
      [
        read('data'),
        validate('v', { expectations: [{ id: 'e', severity: Severity.WARNING, check }] }),
        { id: 'p', input: 'data', config: { $case: 'profile', value: {} } },
        write('parquet', DataFormat.PARQUET),
        write('csv', DataFormat.CSV, { compression: Compression.ZSTD }),
      ],
      { inputs },
    );
    expect(steps).toMatchObject([
      { kind: 'read', format: 'csv', csv: { delimiter: undefined, quote: '"', header: undefined, nullTexts: [] } },
      { input: 'data', expectations: [{ weight: 1, minPassRatio: 1, maxEvidence: 10, severity: 'warning' }] },
      { input: 'data', topValues: 10 },
      { input: 'p', packing: 'snappy' },
      { input: 'parquet', packing: 'zstd' },
    ]);
  });

  it('allows a run no more memory than the worker has', () => {
    expect(plan([read('data')], { inputs }).limits).toEqual({
      durationMs: 60_000,
      memoryBytes: 100 * MIB,
      rows: 100_000_000,
      files: 10,
      outputBytes: 1024 * MIB,
    });
  });

  it('lays CSV out as the step says, else as the dataset does', () => {
    const csv = { delimiter: ';', quote: '', header: false, nullTexts: ['NA'] };
    const located = { data: { ...inputs.data, csv } };
    const expected = { delimiter: ';', quote: '"', header: false, nullTexts: ['NA'] };
    expect(plan([read('data')], { inputs: located }).steps[0]).toMatchObject({ csv: expected });
    const own = read('data', { csv: { delimiter: '|', quote: "'", nullTexts: [] } });
    expect(plan([own], { inputs: located }).steps[0]).toMatchObject({ csv: { delimiter: '|', quote: "'" } });
  });

  it.each([
    [[read('data', { format: DataFormat.JSON })], 'INPUT_UNREADABLE'],
    [[read('data', { format: DataFormat.AVRO })], 'FORMAT_UNSUPPORTED'],
    [[read('data'), write('out', DataFormat.CSV, { compression: Compression.SNAPPY })], 'INVALID_ARGUMENT'],
    [[read('data'), write('out', DataFormat.UNSPECIFIED)], 'FORMAT_UNSUPPORTED'],
    [[read('data'), { id: 'f', config: { $case: 'features' as const, value: {} } }], 'STEP_NOT_BUILT'],
    [[read('data'), { id: 'f' }], 'INVALID_ARGUMENT'],
  ])('is none for what cannot be executed (%#)', (steps, reason) => {
    expect(reasonOf(() => plan(steps, { inputs }))).toBe(reason);
  });

  it('opens no more files than it may', () => {
    const outputs = { out: at('/out.csv', DataFormat.CSV) };
    const limits = { ...runOf([]).limits, maxFiles: 2 };
    const steps = [read('data'), read('more'), write('out', DataFormat.CSV)];
    expect(() => plan(steps, { inputs: { ...inputs, more: inputs.data }, outputs, limits })).toThrow(
      'the run opens 3 files, 2 are allowed',
    );
  });

  it('takes a name for nothing but a name', () => {
    expect(() => plan([read('__proto__')], { inputs: {} })).toThrow(/steps\[0\]\.id/);
    expect(() => plan([read('data')], { inputs: {} })).toThrow('has no location in `inputs`');
    expect(() => plan([read('constructor')], { inputs: {} })).toThrow('has no location in `inputs`');
  });
});
