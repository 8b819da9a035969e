import type { Command } from 'commander';
import { withSession } from '../connect.ts';
import { rowOf } from './event-row.ts';
import { filterOf, withFilter, type FilterOptions } from './filter.ts';

/** `weir audit tail`: events as they are recorded, until Ctrl-C. */
export function registerTail(audit: Command): void {
  withFilter(audit.command('tail <tenant>'))
    .description('follow the log of a tenant, until Ctrl-C')
    .option('--from <revision>', 'begin after this revision; 0 is the beginning of the log', BigInt)
    .action((tenant: string, options: FilterOptions & { from?: bigint }, command: Command) =>
      withSession(command, async (session) => {
        const request = { tenant: `tenants/${tenant}`, filter: filterOf(options), revision: options.from };
        for await (const { event } of session.audit.tailEvents(request, { timeoutMs: DAY_MS })) {
          if (event) process.stdout.write(`${rowOf(event).join('  ')}\n`);
        }
      }),
    );
}

const DAY_MS = 24 * 3_600_000;
