import type { Command } from 'commander';
import type { LoggedEvent } from '@weir/contracts/audit';
import { withSession } from '../connect.ts';
import { printTable } from '../print.ts';
import { HEADS, rowOf } from './event-row.ts';
import { filterOf, withFilter, type FilterOptions } from './filter.ts';

const PAGE = 1_000;

/** `weir audit query`: events of a tenant, newest first. */
export function registerQuery(audit: Command): void {
  withFilter(audit.command('query <tenant>'))
    .description('list events of a tenant ("acme", "platform"), newest first')
    .option('--limit <n>', 'at most so many', Number, 50)
    .action(async (tenant: string, options: FilterOptions & { limit: number }, command: Command) => {
      const events: LoggedEvent[] = [];
      await withSession(command, async (session) => {
        for (let pageToken = ''; events.length < options.limit;) {
          const pageSize = Math.min(PAGE, options.limit - events.length);
          const query = { tenant: `tenants/${tenant}`, filter: filterOf(options), pageSize, pageToken };
          const page = await session.audit.queryEvents(query);
          events.push(...page.events);
          pageToken = page.nextPageToken;
          if (pageToken === '') break;
        }
      });
      printTable([HEADS, ...events.map(rowOf)]);
    });
}
