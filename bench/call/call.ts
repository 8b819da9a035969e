import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetTenantRequest } from '@weir/contracts/registry';
import { median, result, type Bench } from '../bench.ts';
import { h2load } from '../h2load.ts';
import { METHOD, request } from './subject.ts';

interface Server extends Disposable {
  readonly port: number;
  readonly token?: string;
}

/** What governing a call costs: the same message answered by grpc-js alone, and through every interceptor. */
export const call: Bench = {
  question: 'how much of bare grpc-js is left when a call is governed?',

  async run({ small, say }) {
    const calls = small ? 5_000 : 40_000;
    const rounds = small ? 3 : 9;
    using bare = await start('bare-server.ts');
    using governed = await start('governed-server.ts');
    const load = ({ port, token }: Server) =>
      h2load({
        port,
        path: METHOD,
        message: GetTenantRequest.encode(request).finish(),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        calls,
      });

    say(`GetTenant, ${calls} calls a round, 8 connections × 16 in flight, h2load (C) as the load generator`);
    for (const server of [bare, governed]) await load(server); // the compiler's warm-up
    const ratios: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const [alone, inside] = [await load(bare), await load(governed)];
      ratios.push(inside / alone);
      say(
        `  round ${round}: bare ${alone.toFixed(0)}/s, governed ${inside.toFixed(0)}/s, ratio ${(inside / alone).toFixed(3)}`,
      );
    }
    return [result('governed_over_bare', median(ratios), { least: 0.8 })];
  },
};

async function start(file: string): Promise<Server> {
  // Log lines go where those of a service go: through standard output into a file.
  const log = openSync(join(mkdtempSync(join(tmpdir(), 'weir-bench-')), 'log'), 'a');
  const child = fork(join(import.meta.dirname, file), { stdio: ['ignore', log, 'inherit', 'ipc'] });
  closeSync(log);
  const [message] = (await once(child, 'message')) as [{ port: number; token?: string }];
  return { ...message, [Symbol.dispose]: () => void child.kill() };
}
