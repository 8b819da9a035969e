// Senders in a process of their own: each sends its next batch once the last is answered.
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { requestTemplate } from './events.ts';
import { latencies } from './latencies.ts';
import { plainInsert, type InsertStyle } from './plain-insert.ts';
import type { Sent, Sending } from './sending.ts';

const METHOD = '/weir.audit.v1.AuditService/RecordEvents';
const CONNECTIONS = 8;
const TENANTS = 16;

/** Sends one batch, durably. */
type Send = () => Promise<void>;

process.once('message', (sending: Sending) => {
  run(sending).then(
    (sent) => process.send?.(sent, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function run(sending: Sending): Promise<Sent> {
  const { senders, batch, warmUpMs, measuredMs, perSecond } = sending;
  await using stack = new AsyncDisposableStack();
  const { kind } = sending;
  const sends = kind === 'rpc' ? rpcSenders(sending, stack) : insertSenders(sending, kind, stack);
  const began = performance.now();
  const [from, to] = [began + warmUpMs, began + warmUpMs + measuredMs];
  const times = latencies();
  let all = 0;
  const pauseMs = perSecond === undefined ? 0 : (senders * batch * 1000) / perSecond;

  await Promise.all(
    sends.map(async (send, at) => {
      // With a rate each sender has its turn; a late answer does not make the next request later.
      for (let turn = began + (pauseMs * at) / senders; performance.now() < to; turn += pauseMs) {
        if (pauseMs > 0) await wait(Math.max(0, turn - performance.now()));
        const started = pauseMs > 0 ? turn : performance.now();
        await send();
        all += batch;
        const ended = performance.now();
        if (ended >= from && ended <= to) times.add(ended - started);
      }
    }),
  );
  return {
    eventsPerSecond: (times.count() * batch) / (measuredMs / 1000),
    allEvents: all,
    p50: times.quantile(0.5),
    p99: times.quantile(0.99),
  };
}

function rpcSenders({ address, token, senders, batch, tenant }: Sending, stack: AsyncDisposableStack): Send[] {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const options = { 'grpc.use_local_subchannel_pool': 1 };
  const clients = Array.from({ length: Math.min(senders, CONNECTIONS) }, () =>
    stack.adopt(new Client(address, credentials.createInsecure(), options), (client) => client.close()),
  );
  return Array.from({ length: senders }, (_, at): Send => {
    const template = requestTemplate(batch, `tenants/${tenant ?? `bench-${at % TENANTS}`}`);
    const client = clients[at % clients.length];
    return () =>
      new Promise((resolve, reject) => {
        const deadline = { deadline: Date.now() + 60_000 };
        client?.makeUnaryRequest(METHOD, same, same, template.next(), metadata, deadline, (error) =>
          error ? reject(error) : resolve(),
        );
      });
  });
}

function insertSenders({ plainUrl, senders, batch }: Sending, style: InsertStyle, stack: AsyncDisposableStack): Send[] {
  const pool = stack.adopt(new pg.Pool({ connectionString: plainUrl, max: senders }), (open) => open.end());
  return Array.from({ length: senders }, (_, at) => plainInsert(pool, style, batch, `tenants/bench-${at % TENANTS}`));
}

const same = (bytes: Buffer): Buffer => bytes;
