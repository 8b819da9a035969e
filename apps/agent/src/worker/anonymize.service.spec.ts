import { ColumnTransformationType, StepKind } from '@weir/contracts/agent';
import { AnonymizeOperator, DataFormat, type PipelineStep } from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';
import { readFile, writeFile } from 'node:fs/promises';
import { expects, refusal } from '../testing/expectations.ts';
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

let worker: TestWorker;
beforeAll(async () => {
  worker = await startTestWorker();
  const rows = ['id,email,ssn,big,day', '1,ann@a.example,536-22-1234,9007199254740993,2026-01-02', '2,,,2,2026-01-03'];
  await writeFile(worker.path('people.csv'), `${rows.join('\n')}\n`);
  await writeFile(worker.path('empty.csv'), 'id,email\n');
  await writeFile(worker.path('bad.ndjson'), '{"id":1,"fail":true}\n');
});
afterAll(() => worker[Symbol.asyncDispose]());

const anonymize = (id: string): DeepPartial<PipelineStep> => ({
  id,
  config: { $case: 'anonymize', value: { rules: [{ field: 'email', operator: AnonymizeOperator.MASK }] } },
});
const obligation = {
  kind: { $case: 'anonymize' as const, value: { rules: [], detectPii: true } },
  sources: ['tenants/acme/policies/privacy'],
};
const run = (
  steps: DeepPartial<PipelineStep>[],
  more: object = {},
  file = 'people.csv',
  format: DataFormat = DataFormat.CSV,
) =>
  worker.execute(
    runOf(steps, {
      inputs: { people: at(worker.path(file), format) },
      outputs: { out: at(worker.path('out.ndjson'), DataFormat.NDJSON) },
      lineageTracking: true,
      ...more,
    }),
  );
const out = async (): Promise<unknown[]> =>
  (await readFile(worker.path('out.ndjson'), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));

describe('a step that anonymises', () => {
  it('passes every row through the anonymizer; other columns stay what they were', async () => {
    const { result } = await run([read('people'), anonymize('clean'), write('out', DataFormat.NDJSON)]);

    const text = await readFile(worker.path('out.ndjson'), 'utf8');
    expect(text).toContain('"email_masked":"***"');
    expect(text).toContain('"big":9007199254740993');
    expect(text).not.toMatch(/ann@|536-22/);
    expect(result.outputs[0]?.columns.map(({ name, nativeType, masked }) => [name, nativeType, masked])).toEqual([
      ['id', 'BIGINT', false],
      ['big', 'BIGINT', false],
      ['day', 'DATE', false],
      ['email_masked', 'VARCHAR', true],
    ]);
    expect(result.steps.map(({ kind }) => kind)).toEqual([StepKind.READ, StepKind.ANONYMIZE, StepKind.WRITE]);
    expect(result.pii).toMatchObject({
      valuesScanned: 4n,
      findings: [
        { field: 'email', operator: AnonymizeOperator.MASK, count: 1n, recognizer: 'recognizers/email' },
        { field: 'ssn', operator: AnonymizeOperator.REDACT, minScore: 0.6, maxScore: 0.9 },
      ],
    });
  });

  it('makes a table that queries read, and records the masking in the lineage', async () => {
    const { result } = await run([read('people'), anonymize('clean'), write('out', DataFormat.NDJSON)]);

    const how = {
      type: ColumnTransformationType.DIRECT,
      subtype: 'TRANSFORMATION',
      description: 'masked (email)',
      masking: true,
    };
    expect(result.lineage?.outputs[0]?.columnLineage).toEqual([
      {
        column: 'email_masked',
        sources: [
          {
            namespace: 'weir://tenants/acme',
            name: 'people',
            column: 'email',
            transformations: [{ ...how, step: 'clean' }],
          },
        ],
      },
    ]);
    const query = sql('counted', 'select count(email_masked) as n from clean');
    await run([read('people'), anonymize('clean'), query, write('out', DataFormat.NDJSON)]);
    expect(await out()).toEqual([{ n: 2 }]);
  });

  it('passes a table without rows, and fails the run when a row cannot be anonymised', async () => {
    await run([read('people'), anonymize('clean'), write('out', DataFormat.NDJSON)], {}, 'empty.csv');
    expect(await out()).toEqual([]);

    const failed = run(
      [read('people'), anonymize('clean'), write('out', DataFormat.NDJSON)],
      {},
      'bad.ndjson',
      DataFormat.NDJSON,
    );
    expect(await refusal(failed)).toMatchObject({ reason: 'PII_REMAINS' });
  });
});

describe('a decision that obliges to anonymise', () => {
  it('is met for what is written and profiled, and no row is shown as evidence', async () => {
    const known = expects('ssn-is-known', { $case: 'notNull', value: { column: 'ssn' } });
    const gate = validate('check', { expectations: [known], continueOnError: true });
    const steps = [read('people'), gate, profile('portrait'), write('out', DataFormat.NDJSON)];
    const { result } = await run(steps, { obligations: [obligation] });

    expect(JSON.stringify(await out())).not.toMatch(/ann@|536-22/);
    expect(
      JSON.stringify(result, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toMatch(/ann@|536-22/);
    expect(result.profiles[0]?.columns.map(({ column }) => column?.name)).toContain('email_masked');
    expect(result.steps.map(({ step }) => step)).toEqual(['people', 'check', 'portrait', 'out']);
    expect(result.outputs[0]?.columns.some(({ masked }) => masked)).toBe(true);
  });
});
