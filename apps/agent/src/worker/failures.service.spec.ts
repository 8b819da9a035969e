import { ExecuteRequest } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import { join } from 'node:path';
import { ENDLESS, refusal } from '../testing/expectations.ts';
import { nameIsKnown, smallData, type SmallData } from '../testing/small-data.ts';
import {
  at,
  LIMITS,
  read,
  runOf,
  sql,
  startTestWorker,
  validate,
  write,
  type TestWorker,
} from '../testing/start-test-worker.ts';

const DATA = join(import.meta.dirname, '../../../../node_modules/vega-datasets/data');

let worker: TestWorker;
let small: SmallData;
beforeAll(async () => {
  worker = await startTestWorker();
  small = await smallData(worker);
});
afterAll(() => worker[Symbol.asyncDispose]());

describe('a run that fails', () => {
  const query = (text: string, limits: Partial<typeof LIMITS> = {}) =>
    runOf([read('data'), sql('query', text), write('out', DataFormat.CSV)], {
      inputs: small,
      outputs: { out: at(worker.path('failed.csv'), DataFormat.CSV) },
      limits: { ...LIMITS, ...limits },
    });
  const leavesNothing = async (): Promise<void> => {
    expect((await worker.files()).filter((name) => /part$|failed|run-/.test(name))).toEqual([]);
  };
  afterEach(leavesNothing);

  it.each([
    ["select * from read_text('/etc/passwd')", 'SQL_FORBIDDEN', 'it reads from read_text() (line 1, column 15)'],
    ['select nope from data', 'SQL_INVALID', 'Referenced column "nope" not found in FROM clause!'],
    ["select 'abc'::integer", 'SQL_INVALID', 'a value cannot be converted to INT32'],
    ['select name::integer from data', 'SQL_INVALID', 'a value cannot be converted to INT32'],
    ['select error(name) from data', 'SQL_INVALID', 'a value cannot be used like this'],
    ['select $secret', 'PARAMETER_INVALID', 'the parameter secret is used in SQL and has no value'],
  ])('for its SQL says why: %s', async (text, reason, message) => {
    const failure = await refusal(worker.execute(query(text)));
    expect(failure).toMatchObject({ reason, message: expect.stringContaining(message) });
  });

  it('makes more rows than it may', async () => {
    const text = 'select * from range(1000000000000)';
    expect(await refusal(worker.execute(query(text, { maxRows: 1000n })))).toMatchObject({
      reason: 'ROW_LIMIT_EXCEEDED',
      message: 'the table of step query has more than 1000 rows',
    });
  });

  it('takes longer than it may', async () => {
    const text = ENDLESS;
    const maxDuration = { seconds: 0n, nanos: 300_000_000 };
    expect(await refusal(worker.execute(query(text, { maxDuration })))).toMatchObject({
      reason: 'TIME_LIMIT_EXCEEDED',
      message: 'the run took longer than 300 ms, in step query',
    });
  });

  it.each([
    ['that DuckDB counts', 'select list(range) as l from range(100000000)'],
    [
      'that DuckDB does not count',
      "select length(repeat('x', 1000000000)) + length(repeat('y', 1000000000 + range)) from range(4)",
    ],
    [
      'for one wide row',
      `select ${Array.from({ length: 2000 }, (_, i) => `repeat('x', 100000) c${i}`).join(', ')} from range(10)`,
    ],
  ])(
    'needs more memory than it may %s',
    async (_, text) => {
      const maxMemoryBytes = 128n * 1024n * 1024n;
      expect(await refusal(worker.execute(query(text, { maxMemoryBytes })))).toMatchObject({
        reason: expect.stringMatching(/MEMORY_LIMIT_EXCEEDED|OUTPUT_LIMIT_EXCEEDED/),
      });
    },
    30_000,
  );

  it('spills or writes more than it may', async () => {
    const limits = { maxOutputBytes: 1024n * 1024n, maxMemoryBytes: 64n * 1024n * 1024n };
    const spills = 'select range, md5(range::varchar) as m from range(3000000) order by m';
    const writes = 'select range, md5(range::varchar) as m from range(100000)';
    for (const text of [spills, writes]) {
      expect(await refusal(worker.execute(query(text, limits)))).toMatchObject({ reason: 'OUTPUT_LIMIT_EXCEEDED' });
    }
  });

  it.each([
    ['not there', '/nonexistent/x.csv', 'the file cannot be opened (ENOENT)'],
    ['a folder', '/tmp', 'its location is no file'],
    ['a device', '/dev/zero', 'its location is no file'],
  ])('has an input that is %s', async (_, path, problem) => {
    const inputs = { data: at(path, DataFormat.CSV) };
    const failure = await refusal(worker.execute(runOf([read('data')], { inputs })));
    expect(failure.message).toBe(`step data cannot read its input: ${problem}`);
  });

  it('asks for what is not built, or not possible here', async () => {
    const run = (steps: Parameters<typeof runOf>[0], rest: Parameters<typeof runOf>[1] = {}) =>
      refusal(worker.execute(runOf(steps, { inputs: small, ...rest })));
    const publish = { id: 'out', config: { $case: 'publish' as const, value: { topic: 't' } } };
    expect(await run([read('data'), publish])).toMatchObject({ reason: 'STEP_NOT_BUILT' });
    expect(await run([read('data'), write('out', DataFormat.AVRO)])).toMatchObject({
      reason: 'FORMAT_UNSUPPORTED',
      message: 'step out does not take AVRO; it takes JSON, NDJSON, CSV, PARQUET',
    });
    const arrow = { inputs: { data: at(join(DATA, 'flights-200k.arrow'), DataFormat.ARROW) } };
    expect(await run([read('data')], arrow)).toMatchObject({ reason: 'FORMAT_UNSUPPORTED' });
    const url = {
      inputs: { data: { place: { $case: 'url' as const, value: 'https://x/y' }, format: DataFormat.CSV } },
    };
    expect(await run([read('data')], url)).toMatchObject({ reason: 'LOCATION_UNSUPPORTED' });
    const unknown = { kind: undefined, sources: ['GDPR'] };
    expect(await run([read('data')], { obligations: [unknown] })).toMatchObject({
      reason: 'OBLIGATION_UNMET',
      message: 'the run owes something unknown to GDPR, which this worker cannot do',
    });
    const encrypt = { kind: { $case: 'encrypt' as const, value: { dataTypes: [] } }, sources: [] };
    expect(await run([read('data')], { obligations: [encrypt] })).toMatchObject({ reason: 'SERVED' });
    expect(await run([read('data')], { limits: { ...LIMITS, maxFiles: 2 }, outputs: {} })).toMatchObject({
      reason: 'SERVED',
    });
  });

  it('is told every broken field', async () => {
    const broken = runOf([write('out', DataFormat.CSV), sql('out', ''), read('late')], {
      runId: 'x',
      attempt: 0,
      digest: 'md5:1',
      inputs: { other: at('relative.csv', DataFormat.CSV) },
      limits: { ...LIMITS, maxRows: 0n, maxFiles: 1 },
    });
    const { details } = await refusal(worker.execute(broken));
    const fields = (details as { violations: { field: string }[] }).violations.map(({ field }) => field);
    expect(fields).toEqual(
      expect.arrayContaining([
        'run_id',
        'attempt',
        'digest',
        'inputs.other.path',
        'limits.max_rows',
        'limits.max_files',
      ]),
    );
    const hanging = runOf([
      sql('a', 'select 1'),
      sql('a', 'select 1'),
      read('late'),
      validate('v', { expectations: [nameIsKnown] }, 'x'),
    ]);
    expect((await refusal(worker.execute(hanging))).message).toMatch(
      /the first step must read.*is used twice.*has no location.*must be the id of an earlier step/,
    );
  });

  it('is not decoded further than it is well-formed', async () => {
    const empty = ExecuteRequest.fromPartial({ tenant: 'tenants/acme' });
    expect(await refusal(worker.execute(empty))).toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });
});
