import { ExecuteRequest, RouteKind, RunOutcome, StepState, WorkerState } from '@weir/contracts/agent';
import { methodRules } from '@weir/contracts';
import { Audit } from '@weir/contracts/options';
import { Compression, DataFormat, Severity, type Expectation } from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';
import { WorkerServiceDefinition } from '@weir/contracts/agent';
import { serviceToken, tokenFor } from '@weir/testing';
import { createHash, randomUUID } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  at,
  LIMITS,
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
beforeAll(async () => {
  worker = await startTestWorker();
  await writeFile(worker.path('small.csv'), 'id,name\n1,a\n2,b\n3,\n');
});
afterAll(() => worker[Symbol.asyncDispose]());

const small = () => ({ data: at(worker.path('small.csv'), DataFormat.CSV) });
const expects = (
  id: string,
  check: Expectation['check'],
  rest: Partial<Expectation> = {},
): DeepPartial<Expectation> => ({
  id,
  severity: Severity.ERROR,
  check,
  ...rest,
});
const nameIsKnown = expects('name-is-known', { $case: 'notNull', value: { column: 'name' } });
const refusal = (work: Promise<unknown>): Promise<{ reason?: string; message?: string; details?: unknown }> =>
  work.then(
    () => ({ reason: 'SERVED' }),
    (error: { reason: string; message: string; details: unknown }) => error,
  );

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
    const { result } = await worker.execute(runOf(steps, { inputs: small(), outputs }));

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
    const { result } = await worker.execute(runOf([read('data'), write('out', DataFormat.JSON)], { inputs: small() }));
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
        inputs: small(),
        outputs: { out: at(worker.path('wide.csv'), DataFormat.CSV) },
      });
    const expectations = [expects('first', rangeOf('c9', 0n, 1n), { severity: Severity.WARNING })];
    const { result } = await worker.execute(wide(validate('v', { expectations }), write('out', DataFormat.CSV)));
    expect(result.outputs[0]?.columns).toHaveLength(4000);
    const [{ evidenceColumns = [] } = {}] = result.quality?.expectations ?? [];
    expect(evidenceColumns.map(({ name }) => name).slice(0, 2)).toEqual(['c9', 'c0']);
    expect(evidenceColumns).toHaveLength(100);

    const wider = sql('wider', 'select * from wide a, wide b, wide c');
    const failure = await refusal(worker.execute(wide(wider, write('out', DataFormat.CSV))));
    expect(failure.reason).toMatch(/SERVED|MEMORY_LIMIT_EXCEEDED/);
  }, 30_000);

  it('replaces what an earlier run wrote', async () => {
    const outputs = { out: at(worker.path('again.csv'), DataFormat.CSV) };
    for (const limit of [1, 2]) {
      const steps = [read('data'), sql('some', `select id from data limit ${limit}`), write('out', DataFormat.CSV)];
      await worker.execute(runOf(steps, { inputs: small(), outputs }));
    }
    expect(await readFile(worker.path('again.csv'), 'utf8')).toBe('id\n1\n2\n');
  });
});

describe('a run that fails', () => {
  const query = (text: string, limits: Partial<typeof LIMITS> = {}) =>
    runOf([read('data'), sql('query', text), write('out', DataFormat.CSV)], {
      inputs: small(),
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
    const text = 'select count(*) from range(1000000000) a, range(100000) b where a.range * b.range % 7 = 3';
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
  }, 30_000);

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
      refusal(worker.execute(runOf(steps, { inputs: small(), ...rest })));
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
    const anonymize = {
      kind: { $case: 'anonymize' as const, value: { rules: [], detectPii: true } },
      sources: ['GDPR'],
    };
    expect(await run([read('data')], { obligations: [anonymize] })).toMatchObject({
      reason: 'OBLIGATION_UNMET',
      message: 'the run owes anonymisation to GDPR, which this worker cannot do',
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

describe('a cancelled run', () => {
  const endless = () =>
    runOf(
      [
        read('data'),
        sql('endless', 'select count(*) from range(1000000000) a, range(1000000) b where a.range * b.range % 7 = 3'),
      ],
      {
        inputs: small(),
        outputs: {},
      },
    );
  const untilRunning = async (wanted: number): Promise<void> => {
    while (worker.worker.status().running !== wanted) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  it('ends its work within 50 ms, and frees its place', async () => {
    const delays: number[] = [];
    for (let i = 0; i < 3; i++) {
      const cancel = new AbortController();
      const ended = refusal(worker.execute(endless(), cancel.signal));
      await untilRunning(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const at = performance.now();
      cancel.abort();
      await ended;
      await untilRunning(0);
      delays.push(performance.now() - at);
    }
    expect(Math.min(...delays)).toBeLessThan(50);
    expect((await worker.files()).filter((name) => name.includes('run-'))).toEqual([]);
  }, 20_000);

  it('ends with its deadline', async () => {
    const calls = worker.client.execute(endless(), { timeoutMs: 400 });
    const failure = await refusal(
      (async () => {
        for await (const _ of calls);
      })(),
    );
    expect(failure.reason).toBe('DEADLINE_EXCEEDED');
    await untilRunning(0);
  });

  it('says how far it is meanwhile, at least every second', async () => {
    const times: number[] = [];
    const cancel = new AbortController();
    const reading = (async () => {
      for await (const { update } of worker.client.execute(endless(), { timeoutMs: 10_000, signal: cancel.signal })) {
        times.push(performance.now());
        if (update?.$case === 'progress' && times.length === 4) cancel.abort();
      }
    })();
    await refusal(reading);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.filter((gap) => gap > 1000)).toEqual([]);
    await untilRunning(0);
  }, 15_000);
});

describe('a worker', () => {
  const one = () => runOf([read('data')], { inputs: small() });

  it('is for services only', async () => {
    const asTenant = worker.server.client(WorkerServiceDefinition, tokenFor({ permissions: ['admin', 'pipeline'] }));
    const asAudit = worker.server.client(WorkerServiceDefinition, serviceToken('audit'));
    const nobody = worker.server.client(WorkerServiceDefinition);
    expect(await refusal(asTenant.health({ tenant: 'tenants/acme' }))).toMatchObject({ reason: 'PERMISSION_MISSING' });
    expect(await refusal(asAudit.health({ tenant: 'tenants/acme' }))).toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
    expect(await refusal(nobody.health({ tenant: 'tenants/acme' }))).toMatchObject({ reason: 'TOKEN_MISSING' });
  });

  it('leaves audit to who calls it: no method of it asks for an event', () => {
    const rules = [...methodRules().values()].filter(({ service }) => service === 'weir.agent.v1.WorkerService');
    expect(rules.map(({ rule }) => rule.audit)).toEqual([Audit.NEVER, Audit.NEVER]);
  });

  it('says how it is', async () => {
    const health = await worker.client.health({ tenant: 'tenants/-' });
    expect(health).toMatchObject({
      state: WorkerState.READY,
      reasons: [],
      running: 0,
      capacity: 4,
      route: { kind: RouteKind.SHARED_POOL, worker: 'worker-test' },
    });
    expect(Number(health.memoryBytes)).toBeGreaterThan(10_000_000);
    expect(await refusal(worker.client.health({ tenant: 'acme' }))).toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it('takes no more than it can, and nothing once it drains', async () => {
    await using single = await startTestWorker({ capacity: 1 });
    const cancel = new AbortController();
    const steps = [
      read('data'),
      sql('endless', 'select count(*) from range(1000000000) a, range(1000000) b where a.range * b.range % 7 = 3'),
    ];
    const first = refusal(single.execute(runOf(steps, { inputs: small() }), cancel.signal));
    while (single.worker.status().running === 0) await new Promise((resolve) => setTimeout(resolve, 2));

    const busy = await refusal(single.execute(one()));
    expect(busy).toMatchObject({ reason: 'WORKER_BUSY', details: { retryAfterMs: 500 } });
    single.worker.drain();
    expect(await refusal(single.execute(one()))).toMatchObject({ reason: 'WORKER_DRAINING' });
    expect(await single.client.health({ tenant: 'tenants/-' })).toMatchObject({
      state: WorkerState.DRAINING,
      running: 1,
    });
    cancel.abort();
    await first;
  });

  it('that is bound takes its own version and tenant only', async () => {
    await using bound = await startTestWorker({
      identity: {
        tenant: 'tenants/acme',
        componentVersion: 'components/flights-quality/versions/1.0.0',
        digest: `sha256:${'0'.repeat(64)}`,
      },
    });
    const route = { kind: RouteKind.DEPLOYMENT, deployment: 'tenants/acme/deployments/d', generation: 3n };
    expect(await refusal(bound.execute({ ...one(), route }))).toMatchObject({ reason: 'SERVED' });
    expect(await refusal(bound.execute({ ...one(), route, digest: `sha256:${'1'.repeat(64)}` }))).toMatchObject({
      reason: 'VERSION_NOT_SERVED',
    });
    expect(await refusal(bound.execute({ ...one(), route, tenant: 'tenants/zenith' }))).toMatchObject({
      reason: 'ROUTE_STALE',
    });
    expect(await refusal(bound.execute({ ...one(), route: { ...route, generation: 2n } }))).toMatchObject({
      reason: 'ROUTE_STALE',
    });
    expect(await bound.client.health({ tenant: 'tenants/acme' })).toMatchObject({
      route: { kind: RouteKind.DEPLOYMENT, generation: 3n },
    });
  });

  it('keeps a late attempt of a run out', async () => {
    const runId = randomUUID();
    await worker.execute({ ...one(), runId, attempt: 2, fencingToken: 9n });
    expect(await refusal(worker.execute({ ...one(), runId, fencingToken: 8n }))).toMatchObject({ reason: 'RUN_SUPERSEDED' });
  });
});

function rangeOf(column: string, min: bigint, max: bigint): Expectation['check'] {
  const integer = (value: bigint) => ({ value: { $case: 'integer' as const, value } });
  return {
    $case: 'inRange',
    value: { column, min: integer(min), max: integer(max), minExclusive: false, maxExclusive: false },
  };
}
