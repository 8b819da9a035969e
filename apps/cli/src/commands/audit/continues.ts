import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { noteVerifier, openCheckpoint, parseCheckpoint, sameHash, verifyConsistency } from '@weir/merkle';
import { withSession } from '../connect.ts';
import { writeOut } from './write-out.ts';

/** `weir audit continues`: that the log of today is the continuation of the one whose head was kept. */
export function registerContinues(audit: Command): void {
  audit
    .command('continues <checkpoint-file>')
    .description('check here that the log still begins with the log of a checkpoint that you kept')
    .option('--key <vkey>', "the log's verifier key, from somewhere you trust; default: the one that the service names")
    .option('--out <file>', 'write the newer checkpoint there, to be kept instead')
    .action(async (file: string, options: { key?: string; out?: string }, command: Command) => {
      const note = readFileSync(file, 'utf8');
      const tenant = `tenants/${parseCheckpoint(note).origin.split('/tenants/')[1] ?? ''}`;
      await withSession(command, async (session) => {
        const { checkpoint, verifierKey } = await session.audit.getCheckpoint({ tenant });
        const keys = [noteVerifier(options.key ?? verifierKey)];
        const [kept, now] = [openCheckpoint(note, keys), openCheckpoint(checkpoint?.note ?? '', keys)];
        if (now.size < kept.size)
          throw new Error(`the log was cut off: it had ${kept.size} events, it has ${now.size}`);
        const { proof } = await session.audit.getConsistencyProof({
          tenant,
          firstTreeSize: kept.size,
          secondTreeSize: now.size,
        });
        const path = proof?.hashes ?? [];
        const claim = { first: kept.size, second: now.size, firstRoot: kept.root, secondRoot: now.root, path };
        if (now.size === kept.size ? !sameHash(kept.root, now.root) : !verifyConsistency(claim)) {
          throw new Error(`the log of size ${now.size} does not continue that of size ${kept.size}: it was rewritten`);
        }
        process.stdout.write(`consistent: the log of size ${now.size} continues that of size ${kept.size}\n`);
        if (options.out !== undefined) writeOut(options.out, checkpoint?.note ?? '');
      });
    });
}
