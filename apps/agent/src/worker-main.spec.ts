import { createClient, fixedToken, openChannel } from '@weir/client';
import { WorkerServiceDefinition, WorkerState } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import {
  GetJwksResponse,
  IssueTokenResponse,
  TokenServiceDefinition,
  WatchRevocationsResponse,
} from '@weir/contracts/security';
import { bind } from '@weir/rpc';
import { startTestServer, testIssuer, type TestServer } from '@weir/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, read, runOf, write } from './testing/start-test-worker.ts';

const issuer = testIssuer({ audience: 'security' });
const SNAPSHOT = { $case: 'snapshot' as const, value: { revocations: [], complete: true } };

let dir: string;
let security: TestServer;
let worker: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weir-worker-main-'));
  await writeFile(join(dir, 'secret'), 'secret');
  await writeFile(join(dir, 'data.csv'), 'a,b\n1,x\n2,y\n');
  const bindings = [
    bind(TokenServiceDefinition, {
      issueToken: async () =>
        IssueTokenResponse.fromPartial({
          accessToken: issuer.service('agent'),
          expiresIn: { seconds: 3600n, nanos: 0 },
        }),
      getJwks: async () =>
        GetJwksResponse.fromPartial({ keys: [issuer.jwk], maxAge: { seconds: 300n, nanos: 0 }, etag: 'one' }),
      async *watchRevocations(_, { signal }) {
        yield WatchRevocationsResponse.fromPartial({ revision: 1n, event: SNAPSHOT });
        await once(signal, 'abort');
      },
    }),
  ];
  security = await startTestServer({ service: 'security', bindings, verifier: issuer.verifier });
});
afterEach(async () => {
  if (worker?.exitCode === null && worker.signalCode === null) {
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  await security[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}): { child: ChildProcess; stdout: () => string } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker-main.ts')], {
    env: {
      PATH: process.env['PATH'],
      SECURITY_ADDRESS: security.address,
      CLIENT_SECRET_FILE: join(dir, 'secret'),
      WEIR_STATE_DIR: dir,
      WORKER_READY_FILE: join(dir, 'ready.json'),
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  worker = child;
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  return { child, stdout: () => said };
}

const clientOf = (address: string) => {
  const channel = openChannel({ address, tokens: fixedToken(issuer.service('agent')) });
  return { channel, client: createClient(WorkerServiceDefinition, channel) };
};

describe('a worker process', () => {
  it('says where it listens once it takes runs, executes one, and ends cleanly', async () => {
    const { child, stdout } = start({ WORKER_NAME: 'worker-7', WORKER_CAPACITY: '3' });
    const [message] = (await once(child, 'message')) as [{ address: string }];
    while (!(await readdir(dir)).includes('ready.json')) await sleep(10);
    expect(JSON.parse(stdout())).toEqual({ listening: message.address });
    expect(JSON.parse(await readFile(join(dir, 'ready.json'), 'utf8'))).toEqual({ listening: message.address });

    const { channel, client } = clientOf(message.address);
    expect(await client.health({ tenant: 'tenants/-' })).toMatchObject({
      state: WorkerState.READY,
      capacity: 3,
      route: { worker: 'worker-7' },
    });
    const request = runOf([read('data'), write('out', DataFormat.JSON)], {
      inputs: { data: at(join(dir, 'data.csv'), DataFormat.CSV) },
      outputs: { out: at(join(dir, 'out.json'), DataFormat.JSON) },
    });
    const updates = [];
    for await (const { update } of client.execute(request, { timeoutMs: 20_000 })) updates.push(update?.$case);
    expect(updates.at(-1)).toBe('result');
    expect(JSON.parse(await readFile(join(dir, 'out.json'), 'utf8'))).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ]);
    await channel[Symbol.asyncDispose]();

    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with whoever started it, and takes its engine processes along', async () => {
    const { child } = start();
    const [{ address }] = (await once(child, 'message')) as [{ address: string }];
    const { channel, client } = clientOf(address);
    const steps = [read('data')];
    const inputs = { data: at(join(dir, 'data.csv'), DataFormat.CSV) };
    for await (const _ of client.execute(runOf(steps, { inputs }), { timeoutMs: 20_000 }));
    const engines = await childrenOf(child.pid ?? 0);
    child.disconnect();
    await once(child, 'exit');
    await channel[Symbol.asyncDispose]();

    for (let i = 0; i < 100 && engines.some(isAlive); i++) await sleep(20);
    expect(engines.filter(isAlive)).toEqual([]);
  });

  it('does not say where it listens while security cannot be reached', async () => {
    await security[Symbol.asyncDispose]();
    const { child, stdout } = start();
    const announced: unknown[] = [];
    child.on('message', (message) => announced.push(message));
    while (!stdout().includes('verification keys cannot be fetched')) await sleep(10);

    expect(announced).toEqual([]);
    expect(await readdir(dir)).not.toContain('ready.json');
    expect(stdout()).not.toContain('listening');
    expect(child.exitCode).toBeNull();
  });

  it('does not start with settings that are wrong', async () => {
    const { child } = start({ WORKER_COLOUR: 'RED', WORKER_CAPACITY: '0' });
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return listed.split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
