import { setTimeout as wait } from 'node:timers/promises';
import { median, result, type BenchOptions, type BenchResult } from '../bench.ts';
import type { Sending, Sent } from './sending.ts';
import type { Subject } from './subject.ts';

/** The rate at which the time of an answer is measured against its aim: the one that must be sustained. */
const PACED = { perSecond: 10_000, senders: 64, batch: 64 };

type Send = (how: Pick<Sending, 'kind' | 'senders' | 'batch'> & Partial<Sending>) => Promise<Sent>;

/**
 * How long an answer takes at a steady rate: 156 requests a second, evenly, each counted from when it was due. In turns
 * with INSERTs of the same rows at the same rate. The index keeps up meanwhile; what the writes before have left to it
 * is done first.
 */
export async function measurePaced(subject: Subject, send: Send, { small, say }: BenchOptions): Promise<BenchResult[]> {
  await whenIdle(subject);
  const measuredMs = small ? 3_000 : 10_000;
  const rounds: Readonly<Record<'plain' | 'rpc', Sent>>[] = [];
  for (let round = 0; round < (small ? 1 : 3); round += 1) {
    const plain = await send({ kind: 'values', ...PACED, measuredMs });
    const rpc = await send({ kind: 'rpc', ...PACED, measuredMs });
    rounds.push({ plain, rpc });
    say(
      `  ${PACED.perSecond}/s offered evenly: INSERT ${timesOf(plain)}; RecordEvents ${timesOf(rpc)}, ${rpc.eventsPerSecond.toFixed(0)}/s answered; the senders took ${(rpc.cpuShare * 100).toFixed(0)} % of a core`,
    );
  }
  const over = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
  return [
    result(
      'answer_p50_ms_at_10000_per_s',
      over(({ rpc }) => rpc.p50),
    ),
    result(
      'answer_p99_ms_at_10000_per_s',
      over(({ rpc }) => rpc.p99),
      { most: 50 },
    ),
    result(
      'insert_p99_ms_at_10000_per_s',
      over(({ plain }) => plain.p99),
    ),
  ];
}

const timesOf = ({ p50, p99 }: Sent): string => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;

const [LOOK_MS, GIVE_UP_MS] = [2_000, 120_000];
/** Seconds of processor time between two looks that are as good as none. */
const IDLE = 0.1;

/** Until the service has nothing left to do. */
async function whenIdle(subject: Subject): Promise<void> {
  let used = subject.cpuSeconds();
  for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt;) {
    await wait(LOOK_MS);
    const now = subject.cpuSeconds();
    // Where the time is not told, NaN, one look is enough.
    if (!(now - used >= IDLE)) return;
    used = now;
  }
}
