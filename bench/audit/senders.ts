// Senders in a process of their own: each sends its next batch once the last is answered, or with a rate in its turn. The
// turns of all senders are spread evenly over the time between two of one sender.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { requestTemplate } from './events.ts';
import { latencies } from './latencies.ts';
import { lightClient } from './light-client.ts';
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
  const [began, before] = [performance.now(), process.cpuUsage()];
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
    cpuShare: cpuShare(began, before),
  };
}

/** The part of one core that this process has used since. */
function cpuShare(began: number, before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - began);
}

function rpcSenders({ address, token, senders, batch, tenant }: Sending, stack: AsyncDisposableStack): Send[] {
  const clients = Array.from({ length: Math.min(senders, CONNECTIONS) }, () =>
    stack.use(lightClient(address, METHOD, token)),
  );
  return Array.from({ length: senders }, (_, at): Send => {
    const template = requestTemplate(batch, `tenants/${tenant ?? `bench-${at % TENANTS}`}`);
    const client = clients[at % clients.length] as (typeof clients)[number];
    return () => client.call(template.next());
  });
}

function insertSenders({ plainUrl, senders, batch }: Sending, style: InsertStyle, stack: AsyncDisposableStack): Send[] {
  const pool = stack.adopt(new pg.Pool({ connectionString: plainUrl, max: senders }), (open) => open.end());
  return Array.from({ length: senders }, (_, at) => plainInsert(pool, style, batch, `tenants/bench-${at % TENANTS}`));
}
