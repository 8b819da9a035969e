import { median, result, type BenchOptions, type BenchResult } from '../bench.ts';
import { measurePaced } from './paced.ts';
import { createPlainTable } from './plain-insert.ts';
import { sendEvents, type Sending, type Sent } from './sending.ts';
import type { Subject } from './subject.ts';

const BATCHES = [1, 64, 256];
const SENDERS = [1, 16, 64];
/** Durable events a second against plain INSERTs, and how long an answer takes. */
export async function measureWrites(subject: Subject, options: BenchOptions): Promise<BenchResult[]> {
  const { small, say } = options;
  await createPlainTable(subject.plainUrl);
  const common = {
    address: subject.address,
    token: subject.tokens.service('agent'),
    plainUrl: subject.plainUrl,
    warmUpMs: small ? 500 : 1_500,
    measuredMs: small ? 1_500 : 5_000,
  };
  const send = (how: Pick<Sending, 'kind' | 'senders' | 'batch'> & Partial<Sending>): Promise<Sent> =>
    sendEvents({ ...common, ...how });
  await send({ kind: 'rpc', senders: 16, batch: 64 }); // the compiler's warm-up

  const results: BenchResult[] = [];
  for (const batch of BATCHES) {
    for (const senders of SENDERS) {
      const rounds: Round[] = [];
      for (let round = 0; round < (small ? 1 : 3); round += 1) {
        const plain = await send({ kind: 'values', senders, batch });
        const before = subject.cpuSeconds();
        const rpc = await send({ kind: 'rpc', senders, batch });
        rounds.push({ plain, rpc, cpuMicros: ((subject.cpuSeconds() - before) * 1e6) / rpc.allEvents });
      }
      results.push(...cellResults(batch, senders, rounds, say));
    }
  }

  const many = { senders: 64, batch: 256 } as const;
  const unnested = await send({ kind: 'unnest', ...many });
  say(`  INSERT from unnest(), batch ${many.batch} × ${many.senders} senders: ${describe(unnested)}`);
  results.push(result('insert_from_unnest_batch_256_senders_64_per_s', unnested.eventsPerSecond));

  return [...results, ...(await measurePaced(subject, send, options))];
}

interface Round extends Readonly<Record<'plain' | 'rpc', Sent>> {
  /** Processor time of the service for an event, whatever else the machine does. */
  readonly cpuMicros: number;
}

function cellResults(
  batch: number,
  senders: number,
  rounds: readonly Round[],
  say: (line: string) => void,
): BenchResult[] {
  for (const { plain, rpc, cpuMicros } of rounds) {
    const ratio = rpc.eventsPerSecond / plain.eventsPerSecond;
    say(
      `  batch ${batch} × ${senders} senders: INSERT ${describe(plain)}; RecordEvents ${describe(rpc)}; ratio ${ratio.toFixed(2)}, service ${cpuMicros.toFixed(0)} µs of CPU an event, senders ${(rpc.cpuShare * 100).toFixed(0)} % of a core`,
    );
  }
  const over = (of: (round: Round) => number): number => median(rounds.map(of));
  const cell = `batch_${batch}_senders_${senders}`;
  // Many senders: the aim is on what all of them together get.
  const aim = batch > 1 && senders === 64 ? { least: 10_000 } : undefined;
  return [
    result(
      `${cell}_events_per_s`,
      over(({ rpc }) => rpc.eventsPerSecond),
      aim,
    ),
    result(
      `${cell}_over_insert`,
      over(({ rpc, plain }) => rpc.eventsPerSecond / plain.eventsPerSecond),
      { least: 0.5 },
    ),
    result(
      `${cell}_service_cpu_us_per_event`,
      over(({ cpuMicros }) => cpuMicros),
    ),
    result(
      `${cell}_p50_ms`,
      over(({ rpc }) => rpc.p50),
    ),
    result(
      `${cell}_p99_ms`,
      over(({ rpc }) => rpc.p99),
    ),
  ];
}

const describe = ({ eventsPerSecond, p50, p99 }: Sent): string =>
  `${eventsPerSecond.toFixed(0)}/s (p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms)`;
