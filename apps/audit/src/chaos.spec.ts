import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { outboxMigrations } from '@weir/audit-outbox';
import { createClient, openChannel, logVerdict } from '@weir/client';
import { AuditServiceDefinition, Event } from '@weir/contracts/audit';
import { openDatabase } from '@weir/database';
import { removeEmbeddedData, startEmbeddedPostgres, type EmbeddedPostgres } from '@weir/database/embedded';
import { postgresLogStore } from './store/postgres-log-store.ts';
import { auditMigrations, type Schema } from './store/schema.ts';
import { admin, service, tokenOf } from './testing/callers.ts';
import { sampleEvent } from './testing/sample-event.ts';

const TENANTS = ['acme', 'globex'];
const SENDERS = 6;
const TIMEOUT_MS = 120_000;

let dataDir: string;
let postgres: EmbeddedPostgres;
let url: string;
let audit: AuditProcess | undefined;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'weir-audit-chaos-'));
  postgres = await startEmbeddedPostgres({ dataDir, durable: true });
  url = await postgres.ensureDatabase('audit');
}, TIMEOUT_MS);
afterAll(async () => {
  audit?.process.kill('SIGKILL');
  await postgres[Symbol.asyncDispose]();
  removeEmbeddedData(dataDir);
}, TIMEOUT_MS);

interface AuditProcess {
  readonly process: ChildProcess;
  readonly port: string;
}

async function startAudit(port: string): Promise<AuditProcess> {
  const program = join(import.meta.dirname, 'testing/audit-process.ts');
  const child = spawn(process.execPath, [program, url, port], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, port: line.toString().trim() };
}

/** Sends batches, each until it is acknowledged, and remembers what was answered. */
async function send(sender: number, port: string, stop: AbortSignal) {
  const channel = openChannel({ address: `127.0.0.1:${port}`, tokens: tokenOf(service('agent')) });
  const client = createClient(AuditServiceDefinition, channel);
  const acknowledged: { tenant: string; id: string; sequence: number; index: bigint }[] = [];
  let retries = 0;
  for (let sequence = 0; !stop.aborted; sequence += 1) {
    const tenant = TENANTS[(sender + sequence) % TENANTS.length] ?? 'acme';
    const events = Array.from({ length: 1 + (sequence % 5) }, () =>
      sampleEvent({ id: randomUUID(), tenant: `tenants/${tenant}`, details: { sender, sequence } }),
    );
    for (;;) {
      const answer = await client.recordEvents({ events }, { timeoutMs: 5_000 }).catch(() => undefined);
      if (answer) {
        acknowledged.push(
          ...answer.events.map(({ index }, at) => ({ tenant, id: events[at]?.id ?? '', sequence, index })),
        );
        break;
      }
      retries += 1;
      await wait(50);
    }
  }
  await channel[Symbol.asyncDispose]();
  return { sender, acknowledged, retries };
}

it(
  'loses and repeats nothing that was acknowledged when audit and PostgreSQL are killed under load',
  async () => {
    audit = await startAudit('0');
    const { port } = audit;
    const stop = new AbortController();
    const sending = Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender, port, stop.signal)));

    for (let round = 0; round < 2; round += 1) {
      await wait(400 + Math.random() * 600);
      audit.process.kill('SIGKILL');
      await once(audit.process, 'exit');
      audit = await startAudit(port);
      await wait(300 + Math.random() * 400);
      process.kill(postgres.pid() ?? 0, 'SIGKILL');
      await wait(500);
    }
    await wait(1_500);
    stop.abort();
    const results = await sending;
    expect(results.every(({ acknowledged }) => acknowledged.length > 0)).toBe(true);
    expect(results.reduce((sum, { retries }) => sum + retries, 0)).toBeGreaterThan(0);

    await using database = await openDatabase<Schema>({ url, migrations: [outboxMigrations, auditMigrations] });
    const store = postgresLogStore(database);
    await using channel = openChannel({ address: `127.0.0.1:${port}`, tokens: tokenOf(admin) });
    const client = createClient(AuditServiceDefinition, channel);
    for (const tenant of TENANTS) {
      const { size } = await store.state({ tenant }, tenant);
      const events = await store.events({ tenant }, tenant, {
        from: 0n,
        to: size,
        limit: 1_000_000,
      });
      expect(events.map(({ index }) => index)).toEqual(Array.from({ length: Number(size) }, (_, at) => BigInt(at)));
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

      const places = new Map(events.map(({ id, index }) => [id, index]));
      for (const { sender, acknowledged } of results) {
        const own = acknowledged.filter((each) => each.tenant === tenant);
        expect(own.map(({ id }) => places.get(id))).toEqual(own.map(({ index }) => index));
        const sequences = events
          .map(({ bytes }) => Event.decode(bytes).details)
          .filter((details) => details?.['sender'] === sender)
          .map((details) => Number(details?.['sequence']));
        expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      }
      const { verdict } = await logVerdict(client.verifyLog({ tenant: `tenants/${tenant}` }));
      expect(verdict.$case).toBe('consistent');
    }
    audit.process.kill('SIGKILL');
  },
  TIMEOUT_MS,
);
