import type { Command } from 'commander';
import type { LoggedEvent } from '@weir/contracts/audit';
import { withSession } from '../connect.ts';
import { printTable } from '../print.ts';
import { countArgument } from './arguments.ts';
import { HEADS, rowOf } from './event-row.ts';
import { linesOf } from './open-sealed.ts';
import { filterOf, withFilter, type FilterOptions } from './filter.ts';

const PAGE = 1_000;

interface QueryOptions extends FilterOptions {
  readonly limit: number;
  readonly details: boolean;
  readonly open: boolean;
}

/** `weir audit query`: events of a tenant, newest first. */
export function registerQuery(audit: Command): void {
  withFilter(audit.command('query <tenant>'))
    .description('list events of a tenant ("acme", "platform"), newest first')
    .option('--limit <n>', 'at most so many', countArgument, 50)
    .option('--details', 'print whole events as JSON, one a line', false)
    .option('--open', 'the same, with what is sealed about persons opened where you may and can', false)
    .action(async (tenant: string, options: QueryOptions, command: Command) => {
      const events: LoggedEvent[] = [];
      let lines: string[] = [];
      await withSession(command, async (session) => {
        for (let pageToken = ''; events.length < options.limit;) {
          const pageSize = Math.min(PAGE, options.limit - events.length);
          const query = { tenant: `tenants/${tenant}`, filter: filterOf(options), pageSize, pageToken };
          const page = await session.audit.queryEvents(query);
          events.push(...page.events);
          pageToken = page.nextPageToken;
          if (pageToken === '') break;
        }
        if (options.details || options.open) lines = await linesOf(events, options.open ? session.crypto : undefined);
      });
      if (options.details || options.open) process.stdout.write(lines.map((line) => `${line}\n`).join(''));
      else printTable([HEADS, ...events.map(rowOf)]);
    });
}
