import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discard, openOutputs, publish } from './outputs.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weir-outputs-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('outputs', () => {
  it('are not where they belong until they are published, all at once', async () => {
    const outputs = await openOutputs(['a', 'b'].map((step) => ({ step, path: join(dir, step) })));
    for (const { unfinished, step } of outputs) await writeFile(unfinished, step);
    expect((await readdir(dir)).every((name) => name.endsWith('.part'))).toBe(true);

    await publish(outputs);
    expect((await readdir(dir)).sort()).toEqual(['a', 'b']);
    expect(await readFile(join(dir, 'b'), 'utf8')).toBe('b');
  });

  it('are all taken back when one cannot be published', async () => {
    await mkdir(join(dir, 'b', 'full'), { recursive: true });
    const outputs = await openOutputs(['a', 'b'].map((step) => ({ step, path: join(dir, step) })));
    for (const { unfinished } of outputs) await writeFile(unfinished, 'x');
    await expect(publish(outputs)).rejects.toMatchObject({ reason: 'OUTPUT_UNWRITABLE' });
    await discard(outputs);
    expect(await readdir(dir)).toEqual(['b']);
  });

  it('need a folder that is there', async () => {
    await expect(openOutputs([{ step: 'a', path: join(dir, 'no', 'a') }])).rejects.toMatchObject({
      reason: 'OUTPUT_UNWRITABLE',
    });
  });
});
