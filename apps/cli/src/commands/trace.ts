import { join } from 'node:path';
import type { Command } from 'commander';
import { readTrace, spanTree } from '@weir/telemetry';
import { renderTree } from '../render-trace.ts';
import { connectionOf } from './connect.ts';

/** `weir trace`: what one call did, across the services. */
export function registerTrace(program: Command): void {
  program
    .command('trace <id>')
    .description('print the span tree of a trace that was sampled, by its id (logs and results carry it)')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { stateDir } = connectionOf(command);
      const spans = await readTrace(join(stateDir, 'traces'), id.toLowerCase());
      if (spans.length === 0) {
        throw new Error(`no span of ${id} is kept: was it sampled (traceparent …-01, or TRACE_SAMPLE_RATIO=1)?`);
      }
      for (const line of renderTree(spanTree(spans))) process.stdout.write(`${line}\n`);
    });
}
