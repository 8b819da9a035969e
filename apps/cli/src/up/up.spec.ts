import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** As `npm start` runs it: with a channel to whoever launched it. */
async function up(env: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> {
  const port = String(Math.min(await freePort(), 65_000));
  const child = fork(MAIN, ['--state-dir', state, 'up', '--exit', '--port-base', port], {
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
