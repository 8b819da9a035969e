import type { Command } from 'commander';
import { withSession } from '../connect.ts';
import { writeOut } from './write-out.ts';

/** `weir audit checkpoint` and `weir audit key`: the signed head of a log, and the key that it verifies with. */
export function registerCheckpoint(audit: Command): void {
  const fetch = (tenant: string, command: Command) =>
    withSession(command, (session) => session.audit.getCheckpoint({ tenant: `tenants/${tenant}` }));

  audit
    .command('checkpoint <tenant>')
    .description('print the signed head of a log (C2SP tlog-checkpoint); keep it to check the log against later')
    .option('--out <file>', 'where to; default stdout')
    .action(async (tenant: string, { out }: { out?: string }, command: Command) => {
      const { checkpoint } = await fetch(tenant, command);
      writeOut(out, checkpoint?.note ?? '');
    });

  audit
    .command('key <tenant>')
    .description("print the log's verifier key (vkey); compare it with one that you got another way")
    .action(async (tenant: string, _options: unknown, command: Command) => {
      const { verifierKey } = await fetch(tenant, command);
      process.stdout.write(`${verifierKey}\n`);
    });
}
