// The process that DuckDB runs in. It does what its parent orders, one thing at a time, and ends with its parent. What
// happens to it - a crash, a kill, no memory left - ends one run and nothing else.
import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { DuckDBInstance } from '@duckdb/node-api';
import { StepFailure } from '../duck/step-failure.ts';
import { EngineBroken } from '../duck/translate-error.ts';
import { openRun, type OpenRun } from './open-run.ts';
import type { Order, Report } from './protocol.ts';

let run: OpenRun | undefined;

async function obey(order: Order): Promise<Report> {
  switch (order.type) {
    case 'open':
      run = await openRun(order.run, (pulse) => tell({ type: 'pulse', pulse }));
      return { type: 'opened' };
    case 'step':
      if (!run) throw new Error('a step without a run');
      return { type: 'done', outcome: await run.step(order.step) };
    case 'close':
      run?.close();
      run = undefined;
      return { type: 'closed' };
  }
}

function reportOf(error: unknown): Report {
  if (error instanceof StepFailure) return { type: 'failed', failure: error.failure };
  // Neither message nor values: both may hold data.
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const frames = stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 5);
  return { type: 'broken', crashed: error instanceof EngineBroken, what: [name, ...frames].join('\n') };
}

const tell = (report: Report): void => {
  process.send?.(report, () => undefined);
};

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => void obey(order).catch(reportOf).then(tell));
// When memory runs out on the machine, this process is the one to go. Only Linux knows the file.
try {
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Elsewhere the system decides.
}

// The first database loads the library; a run then opens its own at once.
(await DuckDBInstance.create(':memory:')).closeSync();
flushCompileCache();
tell({ type: 'ready' });
