import { isReason } from '@weir/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from './engine.ts';
import type { RunSetup } from './engine/protocol.ts';

let dir: string;
let engine: Engine;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weir-engine-'));
  await mkdir(join(dir, 'spill'));
  engine = createEngine({ idleMs: 60_000, cacheDir: join(tmpdir(), 'weir-worker-cache') });
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const setup = (): RunSetup => ({
  bounds: {
    memoryBytes: 100_000_000,
    threads: 2,
    spillDir: join(dir, 'spill'),
    spillBytes: 100_000_000,
    files: [],
    scratch: dir,
  },
  parameters: {},
  limits: { durationMs: 60_000, memoryBytes: 200_000_000, rows: 1_000_000_000, files: 10, outputBytes: 100_000_000 },
  startedAt: new Date(),
  outputs: [],
});
const query = (text: string) => ({ kind: 'sql' as const, id: 'q', query: text });
const endless = query('select count(*) from range(1000000000) a, range(1000000) b where a.range * b.range % 7 = 3');

/** The engine processes that this process has started. */
async function children(): Promise<number[]> {
  const listed = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '');
  const pids = listed.split(' ').filter(Boolean).map(Number);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => lines[index]?.includes('engine-main'));
}

describe('an engine', () => {
  it('starts no process before it is needed', async () => {
    expect(engine.memoryBytes()).toBe(0);
  });

  it('fails one run when its process is killed, and goes on', async () => {
    const before = await children();
    const session = await engine.open('tenants/acme', setup());
    const other = await engine.open('tenants/acme', setup());
    const [doomed] = (await children()).filter((pid) => !before.includes(pid));
    const failure = session.step(endless).catch((error: unknown) => error);
    const survivor = other.step(query('select sum(range) as s from range(50000000)'));
    await sleep(100);
    process.kill(doomed ?? 0, 'SIGKILL');

    expect(isReason(await failure, 'WORKER_CRASHED')).toBe(true);
    expect(await survivor).toMatchObject({ rowsOut: 1 });
    await session.close();
    await other.close();
    const next = await engine.open('tenants/acme', setup());
    expect(await next.step(query('select 1 as a'))).toMatchObject({ rowsOut: 1 });
    await next.close();
  });

  it('keeps the process of a run for the next one of its tenant, and for no other', async () => {
    const first = await engine.open('tenants/acme', setup());
    await first.step(query('select 1 as secret'));
    const pids = await children();
    await first.close();
    const again = await engine.open('tenants/acme', setup());
    expect(await children()).toEqual(pids);
    // A fresh database: nothing of the run before is there.
    await expect(again.step(query('select * from q'))).rejects.toMatchObject({ reason: 'SQL_INVALID' });
    await again.close();

    const other = await engine.open('tenants/zenith', setup());
    expect((await children()).filter((pid) => pids.includes(pid))).toEqual([]);
    await other.close();
  });

  it('ends a process that is idle', async () => {
    await using hasty = createEngine({ idleMs: 50, cacheDir: undefined });
    const before = await children();
    const session = await hasty.open('tenants/acme', setup());
    await session.close();
    for (let i = 0; i < 100 && (await children()).length > before.length; i++) await sleep(20);
    expect(await children()).toEqual(before);
    expect(hasty.memoryBytes()).toBe(0);
  });

  it('stops work within 50 ms of being told', async () => {
    const attempt = async (): Promise<number> => {
      const session = await engine.open('tenants/acme', setup());
      const step = session.step(endless).catch((error: unknown) => error);
      await sleep(100);
      const at = performance.now();
      session.kill(new Error('enough'));
      expect(await step).toEqual(new Error('enough'));
      await session.close();
      return performance.now() - at;
    };
    // Other work on the machine can delay one, not all of them.
    let fastest = Infinity;
    for (let i = 0; i < 10 && fastest >= 50; i++) fastest = Math.min(fastest, await attempt());
    expect(fastest).toBeLessThan(50);
  });

  it('tells a process nothing of the environment', async () => {
    process.env['WEIR_TEST_SECRET'] = 'hunter2';
    const before = await children();
    const session = await engine.open('tenants/acme', setup());
    const [pid] = (await children()).filter((one) => !before.includes(one));
    const environment = await readFile(`/proc/${pid ?? 0}/environ`, 'utf8').catch(() => '');
    expect(environment).not.toContain('hunter2');
    await session.close();
  });
});
