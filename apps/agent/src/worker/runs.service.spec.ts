import { RunOutcome, StepState } from '@weir/contracts/agent';
import { Compression, DataFormat, Severity } from '@weir/contracts/registry';
import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expects, rangeOf, refusal } from '../testing/expectations.ts';
import { nameIsKnown, smallData, type SmallData } from '../testing/small-data.ts';
import {
  at,
  profile,
  read,
  runOf,
  sql,
  startTestWorker,
  validate,
  write,
  type TestWorker,
} from '../testing/start-test-worker.ts';

const DATA = join(import.meta.dirname, '../../../../node_modules/vega-datasets/data');
const FLIGHTS = at(join(DATA, 'flights-3m.parquet'), DataFormat.PARQUET);
const MOVIES = at(join(DATA, 'movies.json'), DataFormat.JSON);

let worker: TestWorker;
let small: SmallData;
beforeAll(async () => {
  worker = await startTestWorker();
  small = await smallData(worker);
});
afterAll(() => worker[Symbol.asyncDispose]());

describe('a run', () => {
  it('reads, queries, validates, profiles and writes three million flights', async () => {
    const steps = [
      read('flights'),
      sql('late', 'select *, delay > $minutes as is_late from flights where distance > 0'),
      validate('quality', {
        expectations: [
          expects('delay-known', { $case: 'notNull', value: { column: 'delay' } }),
          expects('sane-delay', rangeOf('delay', -1500n, 1500n), { severity: Severity.WARNING }),
          expects('airport', { $case: 'matches', value: { column: 'origin', pattern: '[A-Z]{3}', partial: false } }),
          expects('enough', { $case: 'rowCount', value: { min: 1_000_000n, max: undefined } }),
          expects('distance-known', { $case: 'notNull', value: { column: 'distance' } }),
          expects('short', rangeOf('distance', 1n, 5000n)),
        ],
      }),
      profile('columns'),
      write('out', DataFormat.PARQUET),
    ];
    const { result, progress } = await worker.execute(
      runOf(steps, {
        inputs: { flights: FLIGHTS },
        outputs: { out: at(worker.path('late.parquet'), DataFormat.PARQUET) },
        parameters: { minutes: { value: { $case: 'integer', value: 15n } } },
        lineageTracking: true,
      }),
    );

    expect(progress.at(-1)).toMatchObject({ stepsTotal: 5, rowsRead: 3_000_000n });
    expect(result).toMatchObject({ outcome: RunOutcome.SUCCEEDED, rowsIn: 3_000_000n, rowsOut: 3_000_000n });
    expect(result.steps.map(({ step, state }) => [step, state])).toEqual(
      ['flights', 'late', 'quality', 'columns', 'out'].map((step) => [step, StepState.SUCCEEDED]),
    );
    expect(result.quality?.expectations.find(({ expectation }) => expectation === 'sane-delay')).toMatchObject({
      rowsFailed: 2n,
      evidence: [{ rowNumber: expect.any(BigInt) }, { rowNumber: expect.any(BigInt) }],
    });
    expect(result.profiles[0]?.columns.map(({ column }) => column?.name)).toContain('is_late');
    const bytes = await readFile(worker.path('late.parquet'));
    expect(result.outputs).toMatchObject([
      {
        output: 'out',
        rowCount: 3_000_000n,
        sizeBytes: BigInt(bytes.length),
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    ]);
    expect(Number(result.usage?.peakMemoryBytes)).toBeGreaterThan(1_000_000);
    expect(Number(result.usage?.peakMemoryBytes)).toBeLessThan(520 * 1024 * 1024);
    expect(result.lineage).toMatchObject({
      inputs: [{ name: 'flights', rowCount: 3_000_000n }],
      outputs: [{ name: 'out' }],
      job: { name: 'components/flights-quality/versions/1.0.0', sql: [expect.stringContaining('is_late')] },
    });
  }, 60_000);

  it('reads dirty JSON whole, and its report names the dirt', async () => {
    const steps = [
      read('movies'),
      validate('quality', {
        continueOnError: true,
        expectations: [
          expects('titled', { $case: 'notNull', value: { column: 'Title' } }),
          expects('rated', rangeOf('IMDB Rating', 0n, 10n)),
          expects('dated', {
            $case: 'matches',
            value: { column: 'Release Date', pattern: '\\d{4}-.*', partial: false },
          }),
        ],
      }),
      write('out', DataFormat.NDJSON, { compression: Compression.GZIP }),
    ];
    const outputs = { out: at(worker.path('movies.ndjson.gz'), DataFormat.NDJSON) };
    const { result } = await worker.execute(runOf(steps, { inputs: { movies: MOVIES }, outputs }));

    expect(result).toMatchObject({ rowsIn: 3201n, rowsOut: 3201n });
    const columns = Object.fromEntries(
      result.outputs[0]?.columns.map(({ name, nativeType }) => [name, nativeType]) ?? [],
    );
    expect(columns).toMatchObject({ Title: 'VARCHAR', 'US Gross': 'BIGINT', 'IMDB Rating': 'DOUBLE' });
    expect(result.quality?.expectations.map(({ rowsFailed }) => rowsFailed)).toEqual([1n, 0n, 3201n]);
    expect(result.quality?.explanation).toContain('dated cost 0.3333 (3,201 of 3,201 rows break');
  });

  it('is rejected by a closed gate: no output, later steps left out, and no error', async () => {
    const steps = [read('data'), validate('quality', { expectations: [nameIsKnown] }), write('out', DataFormat.CSV)];
    const outputs = { out: at(worker.path('rejected.csv'), DataFormat.CSV) };
    const { result } = await worker.execute(runOf(steps, { inputs: small, outputs }));

    expect(result).toMatchObject({ outcome: RunOutcome.REJECTED, rowsOut: 0n, outputs: [] });
    expect(result.steps.map(({ state }) => state)).toEqual([
      StepState.SUCCEEDED,
      StepState.REJECTED,
      StepState.SKIPPED,
    ]);
    expect(result.quality).toMatchObject({ passed: false, expectations: [{ evidence: [{ rowNumber: 3n }] }] });
    expect(await worker.files()).not.toContain('rejected.csv');
  });

  it('writes nothing where it has no location, as in a smoke run', async () => {
    const before = await worker.files();
    const { result } = await worker.execute(runOf([read('data'), write('out', DataFormat.JSON)], { inputs: small }));
    expect(result).toMatchObject({ outcome: RunOutcome.SUCCEEDED, rowsOut: 3n, outputs: [] });
    expect(await worker.files()).toEqual(before);
  });

  it('reads a file whose name means something elsewhere, and one behind a link', async () => {
    const odd = worker.path("odd [1]*?'.csv");
    await writeFile(odd, 'a\n1\n');
    await symlink(odd, worker.path('link.csv'));
    for (const path of [odd, worker.path('link.csv')]) {
      const inputs = { data: at(path, DataFormat.CSV) };
      expect((await worker.execute(runOf([read('data')], { inputs }))).result.rowsIn).toBe(1n);
    }
  });

  it('can have thousands of columns; with too many for its memory it says so', async () => {
    const columns = Array.from({ length: 4000 }, (_, i) => `${i % 10} c${i}`).join(', ');
    const wide = (...last: Parameters<typeof runOf>[0]) =>
      runOf([read('data'), sql('wide', `select ${columns} from range(3)`), ...last], {
        inputs: small,
        outputs: { out: at(worker.path('wide.csv'), DataFormat.CSV) },
      });
    const expectations = [expects('first', rangeOf('c9', 0n, 1n), { severity: Severity.WARNING })];
    const { result } = await worker.execute(wide(validate('v', { expectations }), write('out', DataFormat.CSV)));
    expect(result.outputs[0]?.columns).toHaveLength(4000);
    const evidenceColumns = result.quality?.expectations[0]?.evidenceColumns ?? [];
    expect(evidenceColumns.map(({ name }) => name).slice(0, 2)).toEqual(['c9', 'c0']);
    expect(evidenceColumns).toHaveLength(100);

    const wider = sql('wider', 'select * from wide a, wide b, wide c');
    const failure = await refusal(worker.execute(wide(wider, write('out', DataFormat.CSV))));
    expect(failure.reason).toMatch(/SERVED|MEMORY_LIMIT_EXCEEDED/);
  });

  it('replaces what an earlier run wrote', async () => {
    const outputs = { out: at(worker.path('again.csv'), DataFormat.CSV) };
    for (const limit of [1, 2]) {
      const steps = [read('data'), sql('some', `select id from data limit ${limit}`), write('out', DataFormat.CSV)];
      await worker.execute(runOf(steps, { inputs: small, outputs }));
    }
    expect(await readFile(worker.path('again.csv'), 'utf8')).toBe('id\n1\n2\n');
  });
});
