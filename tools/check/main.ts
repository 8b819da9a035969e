// npm run check [-- step ...] [--json file]: what CI checks beside the tests.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Step } from './step.ts';
import { steps } from './steps.ts';

interface Result {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const unknown = positionals.filter((name) => !steps.some((step) => step.name === name));

if (unknown.length > 0) {
  const known = steps.map(({ name, says }) => `  ${name.padEnd(14)}${says}`);
  process.stderr.write(`There is no step ${unknown.join(', ')}. Steps:\n${known.join('\n')}\n`);
  process.exit(2);
}

const results: Result[] = [];
for (const step of steps) {
  if (positionals.length === 0 || positionals.includes(step.name)) results.push(await take(step));
}

const count = (kind: Result['result']): number => results.filter(({ result }) => result === kind).length;
if (values.json) writeFileSync(values.json, JSON.stringify(results));
process.stdout.write(`\ncheck: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
process.exitCode = count('failed') > 0 ? 1 : 0;

async function take(step: Step): Promise<Result> {
  const { name, says } = step;
  const began = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`… ${name}`);
  const outcome = await step.run();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const line = (mark: string, text: string): void =>
    void process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[2K' : ''}${mark} ${name.padEnd(14)}${text}\n`);

  if ('skipped' in outcome) {
    line('-', `skipped: ${outcome.skipped}`);
    return { name, result: 'skipped' };
  }
  if (outcome.code === 0) {
    line('✓', `${says} (${seconds} s)`);
    return { name, result: 'passed' };
  }
  line('✗', `not so: ${says} (${seconds} s)\n${indent(outcome.output)}`);
  return { name, result: 'failed' };
}

function indent(output: string): string {
  return output.trimEnd().replace(/^/gm, '    ');
}
