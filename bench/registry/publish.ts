import pg from 'pg';
import { median, result, type BenchOptions, type BenchResult } from '../bench.ts';
import { throughput } from './measure.ts';
import { sampleVersion } from './samples.ts';
import type { Subject } from './subject.ts';

const LANES = 8;

/** Publishing with eight publishers, beside the two rows of a version written by themselves, as durably. */
export async function publish(subject: Subject, { say, small }: BenchOptions): Promise<BenchResult[]> {
  const calls = small ? 200 : 1_000;
  const pool = new pg.Pool({ connectionString: subject.url, max: LANES, options: '-c weir.tenant=*' });
  const rounds: { alone: number; whole: number }[] = [];
  for (let round = 0; round <= 3; round += 1) {
    const id = (kind: string, at: number): string => `bench-${kind}-${Date.now().toString(36)}-${at % LANES}`;
    const bare = id('row', 0);
    const alone = await throughput(calls, LANES, (at) => insert(pool, `${bare}-${at % LANES}`, at));
    const own = id('rpc', 0);
    const whole = await throughput(calls, LANES, (at) =>
      subject.admin.components.publishComponent({ component: sampleVersion(`${own}-${at % LANES}`, `1.${at}.0`) }),
    );
    if (round > 0) rounds.push({ alone, whole });
  }
  await pool.end();
  for (const table of ['versions', 'manifests', 'components', 'catalogue_changes']) {
    await subject.sql.query(`delete from ${table} where component like 'bench-%'`);
  }
  const [alone, whole] = [median(rounds.map((round) => round.alone)), median(rounds.map((round) => round.whole))];
  say(`  PublishComponent: ${whole.toFixed(0)}/s; the bare rows ${alone.toFixed(0)}/s`);
  return [
    result('publish_per_s', whole),
    result('publish_over_sql', median(rounds.map((round) => round.whole / round.alone))),
  ];
}

const INSERT = `
  with version as (
    insert into versions (component, key, version, prerelease, clearance, data_formats, certifications, capabilities, words, bytes)
    values ($1, $2, $3, false, 1, 8, 0, '{1}', '', 200)
  )
  insert into manifests (component, key, clearance, digest, body, runtime, published_by)
  values ($1, $2, 1, sha256($4), $4, $4, 'principals/bench')`;

const insert = (pool: pg.Pool, component: string, at: number): Promise<unknown> =>
  pool.query({ name: 'publish', text: INSERT, values: [component, `bench${at}`, `1.${at}.0`, CONTENT] });

const CONTENT = Buffer.alloc(200, 7);
