import { execFile } from 'node:child_process';
import { join } from 'node:path';

const fixture = join(import.meta.dirname, '../testing/crash.ts');

const run = (how: string): Promise<{ code: number; stdout: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [fixture, how], (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    );
  });

describe('the log of a process', () => {
  it.each([
    ['stops in order', 'dispose', 0],
    ['exits at once', 'exit', 3],
    ['crashes', 'throw', 1],
  ])('is complete when it %s', async (_, how, code) => {
    const ended = await run(how);

    expect(ended.code).toBe(code);
    expect(JSON.parse(ended.stdout)).toMatchObject({ service: 'crash', msg: 'the last words' });
  });
});
