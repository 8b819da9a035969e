import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withAdmin } from './roles.ts';
import { removeEmbeddedData, startEmbeddedPostgres, type EmbeddedPostgres } from './index.ts';
import { processInfo } from './process-info.ts';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-embedded-spec-'));
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'postgres');
});
afterEach(() => {
  removeEmbeddedData(dataDir);
  rmSync(folder, { recursive: true, force: true });
});

const start = (durable = true): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir, durable });

const query = (url: string, text: string): Promise<unknown[]> =>
  withAdmin(url, async (client) => (await client.query<object>(text)).rows);

/** Starts a server from another process and resolves with its process id. */
async function startElsewhere(): Promise<{ launcher: ChildProcess; pid: number }> {
  const script = `
    import { startEmbeddedPostgres } from '@weir/database/embedded';
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], durable: true });
    await server.ensureDatabase('registry');
    process.stdout.write(String(server.pid()));
    setInterval(() => {}, 1000);
  `;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => launcher.stdout.once('data', (data) => resolve(Number(data))));
  return { launcher, pid };
}

const isGone = (pid: number): boolean => !processInfo(pid)?.command;

async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; waited < 30_000 && !isGone(pid); waited += 50) await wait(50);
}

describe('an embedded server', () => {
  it('keeps its data and its port over a restart', async () => {
    const first = await start();
    const url = await first.ensureDatabase('registry');
    await query(url, 'create table kept as select 42 as answer');
    await first[Symbol.asyncDispose]();

    await using second = await start();
    expect(second.url('registry')).toBe(url);
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('gives each database an owner that is no superuser and that no other database lets in', async () => {
    await using server = await start(false);
    const url = await server.ensureDatabase('registry');
    const other = await server.ensureDatabase('audit');
    expect(await server.ensureDatabase('registry')).toBe(url);
    expect(await query(url, 'select rolsuper, rolbypassrls from pg_roles where rolname = current_user')).toEqual([
      { rolsuper: false, rolbypassrls: false },
    ]);
    const trespassing = new URL(url);
    trespassing.pathname = new URL(other).pathname;
    await expect(query(trespassing.href, 'select 1')).rejects.toThrow(/permission denied/);
    const guessing = new URL(url);
    guessing.password = 'guess';
    await expect(query(guessing.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('comes back on the same port when it is killed', async () => {
    await using server = await start();
    const url = await server.ensureDatabase('registry');
    const killed = server.pid() ?? 0;
    process.kill(killed, 'SIGKILL');
    for (let tries = 0; tries < 600; tries += 1) {
      if (server.pid() !== killed && (await query(url, 'select 1').catch(() => undefined))) break;
      await wait(50);
    }
    expect(server.pid()).not.toBe(killed);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is refused while another process runs one on the same folder', async () => {
    const { launcher, pid } = await startElsewhere();
    await expect(start()).rejects.toThrow(`process ${pid}`);
    launcher.kill('SIGKILL');
    await untilGone(pid);
  });

  it('ends with its launcher, even when that is killed, and starts again', async () => {
    const { launcher, pid } = await startElsewhere();
    launcher.kill('SIGKILL');
    await untilGone(pid);
    expect(isGone(pid)).toBe(true);
    await using server = await start();
    expect(await query(server.url('registry'), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is not fooled by the lock file of a server that is gone, whoever has its number now', async () => {
    await (await start(false))[Symbol.asyncDispose]();
    const home = existsSync(join(dataDir, 'location'))
      ? readFileSync(join(dataDir, 'location'), 'utf8').trim()
      : dataDir;
    writeFileSync(join(home, 'data', 'postmaster.pid'), `${process.pid}\n${home}/data\n`);
    await using server = await start(false);
    expect(server.pid()).toBeGreaterThan(0);
  });

  it('says what PostgreSQL said when it does not start', async () => {
    const first = await start(false);
    await first[Symbol.asyncDispose]();
    writeFileSync(join(first.home, 'data', 'PG_VERSION'), '9\n');
    await expect(start(false)).rejects.toThrow(/incompatible with server/);
  });

  asRoot('runs below a folder that only root can enter, with its data elsewhere', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    dataDir = join(closed, 'state', 'postgres');
    const first = await start();
    expect(first.home).toMatch(/^\/var\/lib\/weir\//);
    const url = await first.ensureDatabase('registry');
    await query(url, 'create table kept as select 42 as answer');
    await first[Symbol.asyncDispose]();

    const second = await start();
    expect(second.home).toBe(first.home);
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second[Symbol.asyncDispose]();
    removeEmbeddedData(dataDir);
    expect(existsSync(first.home)).toBe(false);
  });
});
