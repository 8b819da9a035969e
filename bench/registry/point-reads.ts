import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { GetComponentRequest } from '@weir/contracts/registry';
import { median, result, type BenchOptions, type BenchResult } from '../bench.ts';
import { h2load } from '../h2load.ts';
import type { Subject } from './subject.ts';

const PATH = '/weir.registry.v1.ComponentService/GetComponent';

/** GetComponent with 128 calls in flight, beside grpc-js with one prepared statement. */
export async function pointReads(subject: Subject, { say, small }: BenchOptions): Promise<BenchResult[]> {
  const [caller] = subject.tenants;
  if (!caller) throw new Error('nobody calls');
  const { components } = await caller.components.discoverComponents({ tenant: caller.name, pageSize: 1 });
  const name = components[0]?.name ?? '';
  const message = GetComponentRequest.encode(GetComponentRequest.fromPartial({ tenant: caller.name, name })).finish();

  const child = fork(join(import.meta.dirname, 'bare-reads.ts'), [subject.url]);
  try {
    const [bare] = (await once(child, 'message')) as [{ port: number }];
    const load = (port: number, token?: string): Promise<number> =>
      h2load({
        port,
        path: PATH,
        message,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        calls: small ? 1_000 : 5_000,
      });
    const rounds: { alone: number; whole: number }[] = [];
    for (let round = 0; round <= (small ? 3 : 7); round += 1) {
      const [alone, whole] = [await load(bare.port), await load(subject.port, caller.token)];
      // The first one is for the compiler.
      if (round > 0) rounds.push({ alone, whole });
    }
    const [alone, whole] = [median(rounds.map((round) => round.alone)), median(rounds.map((round) => round.whole))];
    say(`  GetComponent: ${whole.toFixed(0)}/s; grpc-js and one statement ${alone.toFixed(0)}/s`);
    return [
      result('point_reads_per_s', whole),
      result('point_reads_over_bare', median(rounds.map((round) => round.whole / round.alone))),
    ];
  } finally {
    child.kill();
  }
}
