import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScratch } from './scratch.ts';
import { sweep } from './sweep.ts';

describe('sweeping', () => {
  it('removes what dead workers left, unfinished outputs included, and nothing of live ones', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'weir-sweep-'));
    const left = async (pid: string): Promise<void> => {
      const output = join(dir, `${pid}.part`);
      await writeFile(output, 'half');
      const scratch = await openScratch(join(dir, 'workers', pid));
      await scratch.remember([output]);
    };
    await Promise.all([left('11'), left('22')]);
    await mkdir(join(dir, 'workers', 'notes'));

    await sweep(join(dir, 'workers'), (pid) => pid === 22);

    expect(await readdir(join(dir, 'workers'))).toEqual(['22', 'notes']);
    expect((await readdir(dir)).sort()).toEqual(['22.part', 'workers']);
    await rm(dir, { recursive: true });
  });

  it('has nothing to do in a folder that is not there', async () => {
    await sweep('/nonexistent/workers');
  });
});
