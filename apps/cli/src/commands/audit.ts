import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Event, Outcome } from '@weir/contracts/audit';
import { formatProofFile, noteVerifier, parseProofFile, verifyProof } from '@weir/merkle';
import { withSession } from './connect.ts';
import { enumText, printJson, printTable, timeText } from './print.ts';

/** `weir audit …`: read the log, and check it without trusting the service. */
export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('read and check the audit log');

  registerQuery(audit);
  registerProof(audit);
  registerVerify(audit);
  registerCheck(audit);
}

function registerQuery(audit: Command): void {
  audit
    .command('query <tenant>')
    .description('list events of a tenant ("acme", "platform"), newest first')
    .option('--type <type...>', 'only these types')
    .option('--principal <name...>', 'only of these principals')
    .option('--limit <n>', 'at most so many', Number, 50)
    .action(async (tenant: string, options: QueryOptions, command: Command) => {
      const { events } = await withSession(command, ({ audit }) =>
        audit.queryEvents({
          tenant: `tenants/${tenant}`,
          filter: { types: options.type ?? [], principals: options.principal ?? [] },
          pageSize: options.limit,
        }),
      );
      const rows = events.map(({ index, event }) => [
        String(index),
        timeText(event?.time),
        event?.type ?? '',
        enumText(Outcome, event?.outcome ?? 0),
        event?.principal ?? '',
        event?.resource ?? '',
        event?.errorReason ?? '',
      ]);
      printTable([['index', 'time', 'type', 'outcome', 'principal', 'resource', 'reason'], ...rows]);
    });
}

function registerProof(audit: Command): void {
  audit
    .command('proof <tenant> <index>')
    .description('write a proof that stands on its own: --out proof.json')
    .option('--out <file>', 'where to; default stdout')
    .action(async (tenant: string, index: string, { out }: { out?: string }, command: Command) => {
      const text = await withSession(command, async ({ audit }) => {
        const name = `tenants/${tenant}`;
        const { proof } = await audit.getInclusionProof({
          tenant: name,
          entry: { $case: 'index', value: BigInt(index) },
        });
        const { verifierKey } = await audit.getCheckpoint({ tenant: name });
        if (!proof) throw new Error('the service answered without a proof');
        return formatProofFile({ proof, verifierKey });
      });
      if (out === undefined) process.stdout.write(text);
      else writeFileSync(out, text);
    });
}

function registerVerify(audit: Command): void {
  audit
    .command('verify <file>')
    .description('check proofs offline: a proof file, or lines of ExportEvents')
    .option('--key <vkey>', "the log's verifier key, from somewhere you trust; default: the one that the file names")
    .action((file: string, { key }: { key?: string }) => {
      for (const { proof, verifierKey } of parseProofFile(readFileSync(file, 'utf8'))) {
        const trusted = key ?? verifierKey;
        if (trusted === undefined) throw new Error('the file names no key: give --key');
        const proven = verifyProof(proof, [noteVerifier(trusted)]);
        const event = Event.decode(proven.event);
        process.stdout.write(
          `proven: index ${proven.index} of ${proven.head.size}, ${event.type} at ${timeText(event.time)}\n`,
        );
        if (key === undefined)
          process.stderr.write('note: the key came with the proof; a forger would bring his own\n');
      }
    });
}

function registerCheck(audit: Command): void {
  audit
    .command('check <tenant>')
    .description('have the service derive the whole log anew')
    .action((tenant: string, _options: unknown, command: Command) =>
      withSession(command, async ({ audit }) => {
        const { verdict, checkedEventCount } = await audit.verifyLog({ tenant: `tenants/${tenant}` });
        if (verdict?.$case !== 'consistent') {
          printJson(verdict?.value);
          throw new Error(`the log of ${tenant} is not consistent`);
        }
        process.stdout.write(`consistent: ${checkedEventCount} events\n`);
      }),
    );
}

interface QueryOptions {
  readonly type?: string[];
  readonly principal?: string[];
  readonly limit: number;
}
