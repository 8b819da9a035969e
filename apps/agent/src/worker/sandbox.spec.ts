import { query } from './duck/rows.ts';
import { startTestRun, type TestRun } from '../testing/test-run-state.ts';
import type { StepFailure } from './duck/step-failure.ts';
import { looksBeyondArguments, TABLE_FUNCTIONS } from './sandbox-rules.ts';
import { checkQuery } from './sandbox.ts';

let run: TestRun;
beforeAll(async () => {
  run = await startTestRun();
});
afterAll(() => run[Symbol.asyncDispose]());

const tables = new Set(['flights', 'late']);
const check = (sql: string) => checkQuery(run.state.connection, 'step', sql, tables);
const refusal = async (sql: string): Promise<string> => {
  const error = (await check(sql).then(
    () => undefined,
    (failure: unknown) => failure,
  )) as StepFailure | undefined;
  return error ? `${error.failure.reason}: ${String(error.failure.facts['problem'])}` : 'allowed';
};

describe('a query of a tenant', () => {
  it.each([
    'select * from flights -- with a comment',
    'select a, sum(b) over (partition by c order by d) from flights join late using (a) where b > 3;',
    'with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select * from n',
    'with a as (select 1 as x), b as (select * from a) select * from b order by x desc nulls last limit 3',
    'from FLIGHTS select count(*) filter (where delay > 15) group by all having max(delay) > 3',
    "select 'a) from x; drop' as t, $$ ) $$, [1, 2][1], {'type': 'SHOW_REF'}, list_transform([1], x -> x + 1)",
    'select \'{"class": "EVIL", "type": "BAD"}\'::json',
    'select * from (values (1), (2)) v(a) union all select * from range(3)',
    'select * from flights, lateral (select * from late where late.a = flights.a), unnest([1, 2]) u(v)',
    'select exists (select 1 from late), a in (select b from late), cast(a as decimal(9, 2)), interval 3 day from flights',
    'select * from flights unpivot (v for n in (a, b))',
    'table flights',
  ])('may be %s', async (sql) => {
    expect(await refusal(sql)).toBe('allowed');
  });

  it('is told which parameters and tables it uses', async () => {
    expect(await check('select $threshold + delay from LATE where $day = day')).toMatchObject({
      parameters: expect.arrayContaining(['threshold', 'day']),
      tables: ['late'],
    });
  });

  it.each([
    ["copy flights to '/tmp/x.csv'", 'it is not a SELECT statement'],
    ["attach '/tmp/x.db'", 'it is not a SELECT statement'],
    ['install httpfs', 'it is not a SELECT statement'],
    ['load httpfs', 'it is not a SELECT statement'],
    ['set threads = 8', 'it is not a SELECT statement'],
    ['pragma version', 'it is not a SELECT statement'],
    ['explain select 1', 'it is not a SELECT statement'],
    ['create table t as select 1', 'it is not a SELECT statement'],
    ['select 1; drop table flights', 'it is not a SELECT statement'],
    ['select 1; select 2', 'it holds 2 statements'],
    ['summarize flights', 'it uses show'],
    ['describe flights', 'it uses show'],
    ['show tables', 'it uses show'],
    ["select * from read_csv('/etc/passwd')", 'it reads from read_csv() (line 1, column 15)'],
    ["from read_text('/etc/passwd')", 'it reads from read_text() (line 1, column 6)'],
    ["select 1,\n  (select max(a) from glob('/*'))", 'it reads from glob() (line 2, column 23)'],
    ["from '/etc/passwd'", 'it reads from "/etc/passwd", which is no earlier step (line 1, column 6)'],
    ["from 'https://example.com/x.parquet'", 'it reads from "https://example.com/x.parquet", which is no earlier step'],
    ['from duckdb_secrets()', 'it reads from duckdb_secrets()'],
    ["from query('select 1')", 'it reads from query()'],
    ["from histogram('flights', 'a')", 'it reads from histogram()'],
    ['from sqlite_master', 'it reads from "sqlite_master", which is no earlier step'],
    ['from information_schema.tables', 'it names the table tables with a schema'],
    ['from main.flights', 'it names the table flights with a schema'],
    ["select current_setting('temp_directory')", 'it calls current_setting()'],
    ["select getenv('HOME')", 'it calls getenv()'],
    ["select flights.getvariable('x') from flights", 'it calls getvariable()'],
    ["select system.main.getvariable('x')", 'it calls getvariable()'],
    ["select write_log('x')", 'it calls write_log()'],
    ['select a from flights where sleep_ms(1000) is null', 'it calls sleep_ms()'],
    ['with x as (select * from pg_class) select * from x', 'it reads from "pg_class", which is no earlier step'],
    [
      'select * from (with "/etc/passwd" as (select 1) select 1) x, "/etc/passwd"',
      'it reads from "/etc/passwd", which is no earlier step',
    ],
  ])('may not be %s', async (sql, problem) => {
    expect(await refusal(sql)).toContain(`SQL_FORBIDDEN: ${problem}`);
  });

  it.each([
    ['selec 1', 'syntax error at or near "selec" (line 1, column 1)'],
    ["select 'é',\n 1 +", 'syntax error at end of input (line 2, column 4)'],
    ['', 'it holds no statement'],
    ['select 1)) from flights --', 'syntax error at or near ")" (line 1, column 9)'],
    ['select 1 /* open', 'unterminated /* comment'],
    ['select * from flights; -- ; done', 'something follows its semicolon'],
    ['select * from arrivals', 'there is no table "arrivals"; earlier steps are flights, late (line 1, column 15)'],
  ])('is not understood: %s', async (sql, problem) => {
    expect(await refusal(sql)).toContain(`SQL_INVALID: ${problem}`);
  });

  it('may nest deeply without harm', async () => {
    const deep = `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    expect(await refusal(deep)).toMatch(/allowed|SQL_INVALID/);
    expect(await refusal(`select ${'1 + '.repeat(10_000)} getvariable('x')`)).toMatch(/getvariable|SQL_INVALID/);
  });
});

describe('what DuckDB has', () => {
  const names = async (where: string): Promise<string[]> => {
    const sql = `select distinct function_name from duckdb_functions() where ${where} order by all`;
    return (await query(run.state.connection, sql)).rows.map(([name]) => String(name));
  };

  it('stays out of FROM, but for functions that make rows out of their arguments', async () => {
    const all = await names("function_type in ('table', 'table_macro')");
    expect(all.length).toBeGreaterThan(60);
    for (const name of all.filter((name) => !TABLE_FUNCTIONS.has(name))) {
      expect(await refusal(`from ${name}('x')`)).toMatch(/^SQL_FORBIDDEN/);
    }
  });

  // When an upgrade of DuckDB brings another one, it has to be put on one of the two lists.
  it('has no function with effects that nobody has decided about', async () => {
    const harmless = [
      'current_date',
      'error',
      'gen_random_uuid',
      'get_current_time',
      'get_current_timestamp',
      'now',
      'random',
      'today',
      'transaction_timestamp',
      'uuid',
      'uuidv4',
      'uuidv7',
    ];
    const lively = await names("function_type in ('scalar', 'macro') and stability <> 'CONSISTENT'");
    expect(lively.filter((name) => !looksBeyondArguments(name))).toEqual(harmless);
  });

  it.each(['pg_', 'has_', 'inet_', 'current_', 'duckdb_', '__internal'])(
    'has functions %s… that look at the process or the catalog, which are refused',
    async (prefix) => {
      const found = await names(`function_type in ('scalar', 'macro') and starts_with(function_name, '${prefix}')`);
      const harmless = ['pg_typeof', 'pg_size_pretty', 'current_date', 'current_localtime', 'current_localtimestamp'];
      expect(found.filter((name) => !looksBeyondArguments(name) && !harmless.includes(name))).toEqual([]);
    },
  );
});

describe('a database behind a check that failed', () => {
  const fails = async (sql: string): Promise<string> =>
    run.state.connection.run(sql).then(
      () => 'done',
      (error: unknown) => String(error),
    );

  it.each([
    "from read_text('/etc/passwd')",
    "from read_csv('/etc/passwd')",
    "from glob('/etc/*')",
    "from '/etc/passwd'",
    "from read_blob('/proc/self/environ')",
    "copy (select 1) to '/tmp/weir-escaped.csv'",
    "attach '/tmp/weir-escaped.db'",
    "export database '/tmp/weir-escaped'",
    "from read_parquet('https://example.com/x.parquet')",
    'install httpfs',
    'load httpfs',
    'set threads = 8',
    'set enable_external_access = true',
    'reset lock_configuration',
    'pragma memory_limit = "1TB"',
    "set allowed_directories = ['/']",
    "create persistent secret s (type http, bearer_token 'x')",
  ])('does not do %s either', async (sql) => {
    expect(await fails(sql)).toMatch(/disabled|locked|Cannot|does not exist|not found/i);
  });

  it('does not follow a link out of its folder', async () => {
    const { symlink } = await import('node:fs/promises');
    await symlink('/etc/passwd', `${run.dir}/link.csv`);
    expect(await fails(`from read_text('${run.dir}/link.csv')`)).toContain('disabled');
    expect(await fails(`from read_text('${run.dir}/../../etc/passwd')`)).toContain('disabled');
  });
});
