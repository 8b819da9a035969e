import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
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

/** Calls per second of one round. */
interface Round {
  readonly bare: number;
  /** grpc-js alone, sent the token that the governed calls carry and not looking at it. */
  readonly carrying: number;
  readonly governed: number;
}

/** What governing a call costs: the same message answered by grpc-js alone, and through every interceptor. */
export const call: Bench = {
  question: 'how much of bare grpc-js is left when a call is governed?',

  async run({ small, say }) {
    const calls = small ? 5_000 : 40_000;
    const rounds = small ? 3 : 9;
    using bare = await start('bare-server.ts');
    using governed = await start('governed-server.ts');
    const load = (server: Server, token: string | undefined) =>
      h2load({
        port: server.port,
        path: METHOD,
        message: GetTenantRequest.encode(request).finish(),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        calls,
      });

    say(`GetTenant, ${calls} calls a round, 8 connections × 16 in flight, h2load (C) as the load generator`);
    for (const server of [bare, governed]) await load(server, server.token); // the compiler's warm-up
    const measured: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const rates = {
        bare: await load(bare, undefined),
        governed: await load(governed, governed.token),
        carrying: await load(bare, governed.token),
      };
      measured.push(rates);
      say(`  round ${round}: ${describe(rates)}`);
    }
    const ratio = (over: 'bare' | 'carrying'): number => median(measured.map((rates) => rates.governed / rates[over]));
    return [
      result('governed_over_bare', ratio('bare'), { least: 0.8 }),
      result('governed_over_bare_same_headers', ratio('carrying')),
    ];
  },
};

const describe = ({ bare, carrying, governed }: Round): string =>
  `bare ${bare.toFixed(0)}/s, bare with the token ${carrying.toFixed(0)}/s, governed ${governed.toFixed(0)}/s, ` +
  `ratio ${(governed / bare).toFixed(3)}`;

async function start(file: string): Promise<Server> {
  // Log lines go where those of a service go: through standard output into a file.
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const log = openSync(join(folder, 'log'), 'a');
  const child = fork(join(import.meta.dirname, file), { stdio: ['ignore', log, 'inherit', 'ipc'] });
  closeSync(log);
  const [message] = (await once(child, 'message')) as [{ port: number; token?: string }];
  return {
    ...message,
    [Symbol.dispose]() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
