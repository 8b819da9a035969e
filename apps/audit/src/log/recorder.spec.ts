import { reason } from '@weir/errors';
import { planAppend, type Submission } from '../domain/append.ts';
import { entryOf } from '../domain/entry.ts';
import { emptyLog } from '../domain/log-state.ts';
import type { Append, LogStore } from '../store/log-store.ts';
import { sampleEvent } from '../testing/sample-event.ts';
import { startRecorder } from './recorder.ts';

/** A store whose writes end when the test says so; it keeps no log, so every batch begins at index 0. */
function heldStore() {
  const writes: { submissions: Submission[]; end: PromiseWithResolvers<void> }[] = [];
  const startAppend = (): Append => {
    const submissions: Submission[] = [];
    return {
      add: (submission) => void submissions.push(submission),
      async write() {
        const end = Promise.withResolvers<void>();
        writes.push({ submissions, end });
        await end.promise;
        return planAppend(submissions, { logs: { get: emptyLog }, known: new Map() }, new Date(0));
      },
    };
  };
  /** The end of a write, once it was begun. */
  async function write(at: number): Promise<PromiseWithResolvers<void>> {
    for (let turn = 0; turn < 1_000 && writes.length <= at; turn += 1) await new Promise(setImmediate);
    const begun = writes[at];
    if (!begun) throw new Error(`write ${at} was not begun`);
    return begun.end;
  }
  return { writes, write, store: { startAppend } as Pick<LogStore, 'startAppend'> as LogStore };
}

const submission = (count = 1): Submission => Array.from({ length: count }, () => entryOf(sampleEvent()));

describe('a recorder', () => {
  it('writes together what arrives while a batch is written, and after it', async () => {
    const { writes, write, store } = heldStore();
    const recorder = startRecorder({ store, queueLimit: 100 });
    const answers = [1, 2, 3].map((count) => recorder.record(submission(count)));
    expect(writes.map(({ submissions }) => submissions.length)).toEqual([1]);
    expect(recorder.waiting()).toBe(5);

    (await write(0)).resolve();
    await answers[0];
    (await write(1)).resolve();
    expect((await Promise.all(answers)).map((placements) => placements.length)).toEqual([1, 2, 3]);
    expect(writes.map(({ submissions }) => submissions.length)).toEqual([1, 2]);
  });

  it('writes what a caller sends at once when it was answered', async () => {
    const { write, store } = heldStore();
    const recorder = startRecorder({ store, queueLimit: 100 });
    const both = recorder.record(submission()).then(() => recorder.record(submission()));
    (await write(0)).resolve();
    (await write(1)).resolve();
    expect(await both).toHaveLength(1);
    expect(recorder.waiting()).toBe(0);
  });

  it('takes no more than a batch holds at once, in the order of arrival', async () => {
    const { writes, write, store } = heldStore();
    const recorder = startRecorder({ store, queueLimit: 20_000 });
    const sizes = [1, 4_000, 90, 7, 4_000, 1];
    const answers = sizes.map((count) => recorder.record(submission(count)));
    for (let at = 0; at < 3; at += 1) {
      (await write(at)).resolve();
    }
    await Promise.all(answers);
    const written = writes.map(({ submissions }) => submissions.map(({ length }) => length));
    expect(written).toEqual([[1], [4_000, 90], [7, 4_000, 1]]);
  });

  it('lets what cannot be stored fail alone, and nothing try again while the database is gone', async () => {
    const { writes, write, store } = heldStore();
    const recorder = startRecorder({ store, queueLimit: 100 });
    const answers = [1, 1, 1].map((count) => recorder.record(submission(count)));
    const settled = Promise.allSettled(answers);
    (await write(0)).resolve();
    await answers[0];
    (await write(1)).reject(new Error('it has a byte that no column takes'));
    (await write(2)).reject(new Error('so it has'));
    (await write(3)).resolve();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);

    await new Promise((resolve) => setImmediate(resolve));
    const late = [1, 1, 1].map((count) => recorder.record(submission(count)));
    const lateSettled = Promise.allSettled(late.slice(1));
    (await write(4)).resolve();
    await late[0];
    (await write(5)).reject(reason('DATABASE_UNAVAILABLE', {}));
    const failed = { status: 'rejected', reason: expect.objectContaining({ reason: 'LOG_UNAVAILABLE' }) };
    expect(await lateSettled).toEqual([failed, failed]);
    expect(writes).toHaveLength(6);
  });

  it('refuses more than may wait, but never the only one', async () => {
    const { write, store } = heldStore();
    const recorder = startRecorder({ store, queueLimit: 3 });
    const large = recorder.record(submission(10));
    const waits = recorder.record(submission(10));
    await expect(recorder.record(submission())).rejects.toMatchObject({ reason: 'LOG_OVERLOADED' });
    (await write(0)).resolve();
    await large;
    (await write(1)).resolve();
    expect(await waits).toHaveLength(10);
  });
});
