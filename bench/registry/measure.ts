/** Something to time, again and again. */
export type Contender = () => Promise<unknown>;

/** How long each call took, in milliseconds, in ascending order. */
export type Latencies = readonly number[];

/** Times contenders in turns, one call of each at a time: whatever else the machine does meanwhile, they share. */
export async function inTurns<K extends string>(
  rounds: number,
  contenders: Readonly<Record<K, Contender>>,
): Promise<Record<K, Latencies>> {
  const names = Object.keys(contenders) as K[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (const name of names) {
      const start = process.hrtime.bigint();
      await contenders[name]();
      if (round >= 0) taken[name].push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  for (const name of names) taken[name].sort((a, b) => a - b);
  return taken;
}

// Plans, compiled code and caches are there before anything counts.
const WARM_UP = 300;

/** The latency that a share of the calls did not exceed. */
export const percentile = (latencies: Latencies, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.ceil(latencies.length * share) - 1)] ?? NaN;

/** "p50 2.1 ms, p99 5.0 ms" */
export const describeLatencies = (latencies: Latencies): string =>
  `p50 ${percentile(latencies, 0.5).toFixed(2)} ms, p99 ${percentile(latencies, 0.99).toFixed(2)} ms`;

/** How many calls per second are served when so many are in flight. */
export async function throughput(
  calls: number,
  lanes: number,
  call: (at: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let at = next; at < calls; at = next) {
      next += 1;
      await call(at);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (calls * 1_000) / (performance.now() - start);
}
