import { join } from 'node:path';
import { capture, ROOT, type Outcome } from '../process/run.ts';

/** One thing that must be so. */
export interface Step {
  readonly name: string;
  /** What is so when it passes. */
  readonly says: string;
  run(): Promise<Outcome | Skipped>;
}

/** A step that cannot be taken here. */
export interface Skipped {
  readonly skipped: string;
}

/** Runs a program of node_modules/.bin. */
export const bin = (name: string, ...args: string[]): Promise<Outcome> =>
  capture(join(ROOT, 'node_modules/.bin', name), args, { NO_COLOR: '1', NX_TUI: 'false' });

/** Runs programs until one fails. */
export async function inTurn(...programs: readonly (() => Promise<Outcome>)[]): Promise<Outcome> {
  let output = '';
  for (const program of programs) {
    const outcome = await program();
    output += outcome.output;
    if (outcome.code !== 0) return { code: outcome.code, output };
  }
  return { code: 0, output };
}
