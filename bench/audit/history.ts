import { createClient, fixedToken, openChannel, type Channel, type Client } from '@weir/client';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Subject } from './subject.ts';

/** A log that is loaded before it is measured. */
export interface History {
  /** The id of its tenant. */
  readonly tenant: string;
  readonly size: number;
}

/** A client of the audit service. */
export type AuditClient = Client<typeof AuditServiceDefinition>;

/** Opens a client that calls with a token. */
export function clientOf({ address }: Subject, token: string, stack: AsyncDisposableStack): AuditClient {
  const channel: Channel = stack.use(openChannel({ address, tokens: fixedToken(token) }));
  return createClient(AuditServiceDefinition, channel);
}

const LOADER = join(import.meta.dirname, '../../apps/audit/src/testing/bulk-load.ts');
const GENERATOR = join(import.meta.dirname, 'events.ts');

/** Loads a log up to its size, from where an earlier load ended. */
export async function loadHistory({ auditUrl }: Subject, { tenant, size }: History, say: (line: string) => void) {
  const started = performance.now();
  const child = spawn(process.execPath, [LOADER, auditUrl, GENERATOR, tenant, String(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (text: Buffer) => say(`    ${tenant}: ${text.toString().trim()} of ${size}`));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the loader of ${tenant} ended with ${String(code)}`);
  say(`  ${tenant}: loaded in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

/** The widths of the runs, as domain/search/run.ts of the service has them. */
const WIDTHS = [1_024, 16_384, 262_144, 1_048_576] as const;

/** Waits until queries look everything up: the runs of the index cover all but the newest, in as few as can be. */
export async function untilIndexed({ auditUrl }: Subject, { tenant, size }: History): Promise<number> {
  const started = performance.now();
  const client = new pg.Client({ connectionString: auditUrl });
  await client.connect();
  await client.query(`select set_config('weir.tenant', '*', false)`);
  for (;;) {
    const { rows } = await client.query<{ level: number; count: string }>(RUNS, [tenant]);
    const counts = rows.map(({ level, count }) => ({ level, count: Number(count) }));
    const covered = counts.reduce((sum, { level, count }) => sum + count * (WIDTHS[level] ?? 0), 0);
    const isMerged = counts.every(({ level, count }) => count * (WIDTHS[level] ?? 0) < (WIDTHS[level + 1] ?? Infinity));
    if (isMerged && size - covered < WIDTHS[0]) break;
    await wait(1_000);
  }
  await client.end();
  return (performance.now() - started) / 1000;
}

const RUNS = 'select level, count(*) as count from search_runs where tenant = $1 group by level';

/** What autovacuum would do in the middle of a measurement. */
export async function tidy({ auditUrl }: Subject): Promise<void> {
  const client = new pg.Client({ connectionString: auditUrl });
  await client.connect();
  await client.query('vacuum (analyze) events, tiles, logs, search_runs');
  await client.query('checkpoint').catch(() => undefined); // for whoever may
  await client.end();
}

/** Bytes that the database of the service takes. */
export async function databaseBytes({ auditUrl }: Subject): Promise<number> {
  const client = new pg.Client({ connectionString: auditUrl });
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  await client.end();
  return Number(rows[0]?.bytes);
}
