import type { BenchOptions } from '../bench.ts';

const WIDTH = 30;
const TENTH = 10;

/** Shows how far something is: a bar that moves on a terminal, a line at every tenth elsewhere. */
export function progressBar(what: string, total: number, { say }: Pick<BenchOptions, 'say'>): (done: number) => void {
  const start = Date.now();
  let told = -1;
  return (done) => {
    const share = done / total;
    const filled = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    const seconds = Math.round((Date.now() - start) / 1_000);
    const line = `  ${what} ${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}, ${seconds} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === total ? '\n' : ''}`);
    else if (Math.floor(share * TENTH) > told) {
      told = Math.floor(share * TENTH);
      say(line);
    }
  };
}
