import type { Command } from 'commander';
import { withSession } from '../connect.ts';
import { wholeArgument } from './arguments.ts';
import { rowOf } from './event-row.ts';
import { linesOf } from './open-sealed.ts';
import { filterOf, withFilter, type FilterOptions } from './filter.ts';

interface TailOptions extends FilterOptions {
  readonly from?: bigint;
  readonly details: boolean;
  readonly open: boolean;
}

/** `weir audit tail`: events as they are recorded, until Ctrl-C. */
export function registerTail(audit: Command): void {
  withFilter(audit.command('tail <tenant>'))
    .description('follow the log of a tenant, until Ctrl-C')
    .option('--from <revision>', 'begin after this revision; 0 is the beginning of the log', wholeArgument)
    .option('--details', 'print whole events as JSON', false)
    .option('--open', 'the same, with what is sealed about persons opened where you may and can', false)
    .action((tenant: string, options: TailOptions, command: Command) =>
      withSession(command, async (session) => {
        const request = { tenant: `tenants/${tenant}`, filter: filterOf(options), revision: options.from };
        const crypto = options.open ? session.crypto : undefined;
        for await (const { event } of session.audit.tailEvents(request, { timeoutMs: DAY_MS })) {
          if (!event) continue;
          const isWhole = options.details || options.open;
          const lines = isWhole ? await linesOf([event], crypto) : [rowOf(event).join('  ')];
          process.stdout.write(lines.map((line) => `${line}\n`).join(''));
        }
      }),
    );
}

const DAY_MS = 24 * 3_600_000;
