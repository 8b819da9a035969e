import type { Command } from 'commander';
import { formatProofFile } from '@weir/merkle';
import { withSession } from '../connect.ts';
import { wholeArgument } from './arguments.ts';
import { writeOut } from './write-out.ts';

/** `weir audit proof`: a proof that stands on its own, in a file. */
export function registerProof(audit: Command): void {
  audit
    .command('proof <tenant>')
    .argument('<index>', 'of the event, from 0', wholeArgument)
    .description('write a proof that stands on its own: --out proof.json')
    .option('--size <n>', 'against the log of this size; default: its size now', wholeArgument, 0n)
    .option('--out <file>', 'where to; default stdout')
    .action(async (tenant: string, index: bigint, options: { size: bigint; out?: string }, command: Command) => {
      const text = await withSession(command, async (session) => {
        const name = `tenants/${tenant}`;
        const { proof } = await session.audit.getInclusionProof({
          tenant: name,
          entry: { $case: 'index', value: index },
          treeSize: options.size,
        });
        const { verifierKey } = await session.audit.getCheckpoint({ tenant: name });
        if (!proof) throw new Error('the service answered without a proof');
        return formatProofFile({ proof, verifierKey });
      });
      writeOut(options.out, text);
    });
}
