import type { Command } from 'commander';
import type { DeepPartial } from '@weir/contracts';
import { Outcome, type EventFilter } from '@weir/contracts/audit';
import { timeArgument } from './arguments.ts';

/** What the options of a filter parse to. */
export interface FilterOptions {
  readonly type?: string[];
  readonly principal?: string[];
  readonly resource?: string[];
  readonly flag?: string[];
  readonly outcome?: string[];
  readonly trace?: string;
  readonly text?: string;
  readonly since?: Date;
  readonly until?: Date;
}

/** Adds the options that say which events. */
export const withFilter = (command: Command): Command =>
  command
    .option('--type <type...>', 'only these types')
    .option('--principal <name...>', 'only of these principals')
    .option('--resource <name...>', 'only of these resources and what is below them')
    .option('--flag <flag...>', 'only with all of these compliance flags')
    .option('--outcome <outcome...>', 'only with these outcomes: succeeded, refused, failed')
    .option('--trace <id>', 'only of this trace')
    .option('--text <words>', 'only with all of these words in their details')
    .option('--since <time>', 'only at or after this time', timeArgument)
    .option('--until <time>', 'only before this time', timeArgument);

/** The filter that the options ask for. */
export const filterOf = (options: FilterOptions): DeepPartial<EventFilter> => ({
  types: options.type ?? [],
  principals: options.principal ?? [],
  resources: options.resource ?? [],
  complianceFlags: options.flag ?? [],
  outcomes: (options.outcome ?? []).map(outcomeOf),
  traceId: options.trace ?? '',
  text: options.text ?? '',
  startTime: options.since,
  endTime: options.until,
});

function outcomeOf(word: string): Outcome {
  const found = Object.entries(Outcome).find(([name]) => name === word.toUpperCase());
  if (!found || found[1] <= 0) throw new Error(`${word} is no outcome: succeeded, refused, failed`);
  return found[1];
}
