import { runInCall, tenantScope, type CallContext } from '@weir/context';
import { isReason } from '@weir/errors';
import { sql } from 'kysely';
import { notesMigrations, type NotesSchema } from './testing/notes.ts';
import { testDatabase, type TestDatabase } from './testing/index.ts';

let test: TestDatabase<NotesSchema>;
beforeAll(async () => {
  test = await testDatabase<NotesSchema>({ migrations: notesMigrations, poolSize: 1, statementTimeoutMs: 20_000 });
});
afterAll(() => test[Symbol.asyncDispose]());

const callFor = (ms: number, signal: AbortSignal): CallContext => ({
  method: '/test/Sleep',
  principal: undefined,
  scope: tenantScope('acme'),
  deadline: Date.now() + ms,
  signal,
  traceId: '',
  peer: '',
  audit() {},
  takeEvent: () => undefined,
  takeSealedEvent: () => Promise.resolve(undefined),
  afterCommit() {},
});

const sleepIn = (call: CallContext, seconds: number, scope = call.scope): Promise<unknown> =>
  runInCall(call, () => test.database.within(scope, (tx) => sql`select pg_sleep(${seconds})`.execute(tx)));

const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('work for the scope of a call', () => {
  it('ends with the deadline of the call', async () => {
    const started = Date.now();
    const error = await outcome(sleepIn(callFor(150, new AbortController().signal), 10));
    expect(isReason(error, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  it('ends when the caller cancels, and its connection serves the next', async () => {
    const caller = new AbortController();
    const started = Date.now();
    const sleeping = outcome(sleepIn(callFor(60_000, caller.signal), 10));
    setTimeout(() => caller.abort(), 100);
    expect(isReason(await sleeping, 'CANCELLED')).toBe(true);
    expect(Date.now() - started).toBeLessThan(3_000);
    await sleepIn(callFor(60_000, new AbortController().signal), 0);
  });

  it('does not start when the caller has gone already', async () => {
    const error = await outcome(sleepIn(callFor(60_000, AbortSignal.abort()), 0));
    expect(isReason(error, 'CANCELLED')).toBe(true);
  });

  it('is rolled back when the caller cancels before the commit', async () => {
    const caller = new AbortController();
    const call = callFor(60_000, caller.signal);
    const writing = runInCall(call, () =>
      test.database.within(call.scope, async (tx) => {
        await tx.insertInto('notes').values({ tenant: 'acme', body: 'never' }).execute();
        caller.abort();
      }),
    );
    expect(isReason(await outcome(writing), 'CANCELLED')).toBe(true);
    const rows = await test.database.within(tenantScope('acme'), (tx) => tx.selectFrom('notes').selectAll().execute());
    expect(rows).toEqual([]);
  });

  it('leaves work for another scope alone, which goes on after the call', async () => {
    await expect(sleepIn(callFor(60_000, AbortSignal.abort()), 0, tenantScope('acme'))).resolves.toBeDefined();
  });
});

it('a statement that runs too long is stopped, and callers may retry', async () => {
  await using impatient = await testDatabase({ migrations: [], statementTimeoutMs: 100 });
  const sleeping = impatient.database.within(tenantScope('acme'), (tx) => sql`select pg_sleep(10)`.execute(tx));
  expect(isReason(await outcome(sleeping), 'DATABASE_UNAVAILABLE')).toBe(true);
});
