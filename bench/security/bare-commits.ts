import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** Rows written one by one, each with a commit that waits for the disk: what any durable answer takes at least. */
export interface BareCommits extends AsyncDisposable {
  /** How long each of so many took at this rate, in milliseconds, ascending. */
  times(count: number, perSecond: number): Promise<readonly number[]>;
}

const ROW = randomBytes(1_024);
const CONNECTIONS = 4;

/** Prepares a table of its own in the database, and drops it when disposed. */
export async function bareCommits(url: string): Promise<BareCommits> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query('create table bench_commits (id bigint generated always as identity primary key, body bytea)');

  async function insert(): Promise<number> {
    const startedAt = performance.now();
    await pool.query({ name: 'commit', text: 'insert into bench_commits (body) values ($1)', values: [ROW] });
    return performance.now() - startedAt;
  }

  return {
    async times(count, perSecond) {
      const startedAt = performance.now();
      const times: Promise<number>[] = [];
      for (let at = 0; at < count; at += 1) {
        const early = startedAt + (at * 1_000) / perSecond - performance.now();
        if (early > 0) await wait(early);
        times.push(insert());
      }
      return (await Promise.all(times)).sort((a, b) => a - b);
    },
    async [Symbol.asyncDispose]() {
      await pool.query('drop table bench_commits');
      await pool.end();
    },
  };
}
