import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(join(import.meta.dirname, 'compile-sources.ts')).href;

describe('compiling the sources once', () => {
  it('holds nobody up where the cache cannot be written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-cache-'));
    try {
      const file = join(folder, 'a-file');
      writeFileSync(file, '');
      const code = `await (await import(${JSON.stringify(MODULE)})).compileSources(); console.log('went on');`;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        env: { ...process.env, NODE_COMPILE_CACHE: join(file, 'cache') },
        encoding: 'utf8',
      });

      expect(stderr).toBe('');
      expect(stdout).toBe('went on\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
