import { median, result, type BenchOptions, type BenchResult } from '../bench.ts';
import { clientOf, databaseBytes, loadHistory, tidy, untilIndexed, type AuditClient, type History } from './history.ts';
import { rateProofs, rateVerification } from './proofs.ts';
import { timeQueries } from './queries.ts';
import { sendEvents } from './sending.ts';
import type { Subject } from './subject.ts';

/** What a larger log costs: the same asked of two logs that were loaded before, one ten times the other, in turn. */
export async function measureGrowth(subject: Subject, options: BenchOptions): Promise<BenchResult[]> {
  const { small, say } = options;
  await using stack = new AsyncDisposableStack();
  const reader = clientOf(subject, subject.tokens.admin(), stack);
  const [lesser, larger] = historiesOf(small);
  for (const history of [lesser, larger]) {
    await loadHistory(subject, history, say);
    // What the service records of it tells its indexer to look now, not within the minute.
    await reader.queryEvents({ tenant: `tenants/${history.tenant}`, pageSize: 1 });
    say(`  ${history.tenant}: all indexed ${(await untilIndexed(subject, history)).toFixed(0)} s after the last event`);
  }
  await tidy(subject);
  const bytes = (await databaseBytes(subject)) / (lesser.size + larger.size);

  const [before, after] = [await measure(reader, lesser, options), await measure(reader, larger, options)];
  const verified = await rateVerification(reader, lesser);
  say(`  VerifyLog of ${lesser.size}: ${verified.toFixed(0)} events/s`);
  return [
    result('database_bytes_per_event', bytes),
    result(`query_p99_at_${larger.size}_over_at_${lesser.size}`, ratioOf(after, before, 'query_p99')),
    ...before,
    ...after,
    result(`log_verified_at_${lesser.size}_events_per_s`, verified),
    ...(await compareAppends(subject, [lesser, larger], options)),
  ];
}

const historiesOf = (small: boolean): [History, History] => [
  { tenant: small ? 'small-tenth' : 'tenth', size: small ? 20_000 : 1_000_000 },
  { tenant: small ? 'small-whole' : 'whole', size: small ? 200_000 : 10_000_000 },
];

async function measure(reader: AuditClient, history: History, { small, say }: BenchOptions): Promise<BenchResult[]> {
  const { overall, byQuestion } = await timeQueries(reader, history, small ? 20 : 100);
  say(`  pages of 50 in a log of ${history.size}:`);
  for (const [name, times] of byQuestion) {
    say(`    ${name.padEnd(24)} p50 ${times.quantile(0.5).toFixed(1)} ms, p99 ${times.quantile(0.99).toFixed(1)} ms`);
  }
  const proofs = await rateProofs(reader, history, small ? 320 : 2_400);
  const at = `at_${history.size}`;
  return [
    result(`query_p50_${at}_ms`, overall.quantile(0.5)),
    result(`query_p99_${at}_ms`, overall.quantile(0.99), { most: 20 }),
    result(`proofs_${at}_per_s`, proofs.generated),
    result(`proofs_verified_${at}_per_s`, proofs.checked),
    result(`paths_verified_${at}_per_s`, proofs.hashed),
  ];
}

const ratioOf = (after: readonly BenchResult[], before: readonly BenchResult[], what: string): number => {
  const valueIn = (results: readonly BenchResult[]): number =>
    results.find((one) => one.what.startsWith(what))?.value ?? NaN;
  return valueIn(after) / valueIn(before);
};

/** How fast the larger log grows, compared with the lesser one. */
async function compareAppends(
  subject: Subject,
  [lesser, larger]: readonly [History, History],
  { small, say }: BenchOptions,
): Promise<BenchResult[]> {
  const rate = async ({ tenant }: History): Promise<number> => {
    const { address, plainUrl, tokens } = subject;
    const times = { warmUpMs: 1_000, measuredMs: small ? 1_500 : 4_000 };
    const how = { kind: 'rpc', senders: 16, batch: 64, tenant, address, plainUrl, ...times } as const;
    return (await sendEvents({ ...how, token: tokens.service('agent') })).eventsPerSecond;
  };
  const ratios: number[] = [];
  for (let round = 0; round < (small ? 2 : 5); round += 1) {
    const [before, after] = [await rate(lesser), await rate(larger)];
    ratios.push(after / before);
    say(`  appends: ${before.toFixed(0)}/s at ${lesser.size}, ${after.toFixed(0)}/s at ${larger.size}`);
  }
  return [result(`appends_at_${larger.size}_over_${lesser.size}`, median(ratios), { least: 0.8 })];
}
