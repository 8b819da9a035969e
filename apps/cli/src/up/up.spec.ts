import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { removeEmbeddedData } from '@weir/database/embedded';
import { stateDir } from '@weir/mesh';

const MAIN = join(import.meta.dirname, '../main.ts');
let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'weir-up-'));
});
afterEach(() => {
  removeEmbeddedData(stateDir(state).postgres);
  rmSync(state, { recursive: true, force: true });
});

/** Below the ports that systems give to connections (Linux: from 32768 on), so that none is taken before the mesh is up. */
const portBase = (): string => String(10_000 + Math.floor(Math.random() * 22_000));

/** As `npm start` runs it: with a channel to whoever launched it. */
async function up(env: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> {
  const child = fork(MAIN, ['--state-dir', state, 'up', '--exit', '--port-base', portBase()], {
    env: { ...process.env, ...env },
    silent: true,
  });
  if (!child.stderr) throw new Error('it has no standard error');
  const said = text(child.stderr);
  const [code] = (await once(child, 'exit')) as [number];
  return { code, said: await said };
}

describe('a mesh that cannot start', () => {
  it('ends with exit code 1 and one message that names the setting to mend', async () => {
    const { code, said } = await up({ TOKEN_LIFETIME: '99h' });

    expect(code).toBe(1);
    expect(said.slice(said.lastIndexOf('weir:'))).toBe(
      'weir: security ended while starting:\n1 setting is wrong:\n' +
        '  TOKEN_LIFETIME is "99h": needs a duration, such as 250ms, 30s or 8h, from 1h to 1d\n',
    );
  });
});
