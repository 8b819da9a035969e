import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { withSession } from '../connect.ts';
import { filterOf, withFilter, type FilterOptions } from './filter.ts';
import { whereToResume } from './resume-export.ts';

const HOURS_MS = 6 * 3_600_000;

/** `weir audit export`: matching events with their proofs, one a line; continues a file that was interrupted. */
export function registerExport(audit: Command): void {
  withFilter(audit.command('export <tenant>'))
    .description('write matching events with their proofs as JSON Lines; goes on where an interrupted one ended')
    .requiredOption('--out <file>', 'where to')
    .action(async (tenant: string, options: FilterOptions & { out: string }, command: Command) => {
      const resumed = await whereToResume(options.out, tenant);
      await using file = await open(options.out, 'a');
      let size = resumed.treeSize;
      await withSession(command, async (session) => {
        const request = { tenant: `tenants/${tenant}`, filter: filterOf(options), ...resumed };
        for await (const message of session.audit.exportEvents(request, { timeoutMs: HOURS_MS })) {
          size = message.treeSize;
          await file.appendFile(message.lines);
        }
      });
      process.stdout.write(`exported: ${options.out}, proofs against the log of size ${size}\n`);
    });
}
