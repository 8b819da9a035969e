import type { CallContext } from '@weir/context';
import { DatasetServiceDefinition } from '@weir/contracts/agent';
import { methodRules } from '@weir/contracts';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import type { Call } from '../call.ts';
import type { ServerParts } from '../parts.ts';
import { bind } from '../handler.ts';
import { startTestServer, tokenFor } from '../testing/index.ts';
import { deadline } from './deadline.ts';

async function start() {
  const deadlines: number[] = [];
  const see = (context: CallContext): void => void deadlines.push(Math.round((context.deadline - Date.now()) / 1000));
  const server = await startTestServer({
    bindings: [
      bind(TenantServiceDefinition, { getTenant: async (_, context) => (see(context), { tenant: undefined }) }),
      bind(DatasetServiceDefinition, {
        async *downloadDataset(_, context) {
          see(context);
        },
      }),
    ],
  });
  return { ...server, deadlines };
}

describe('deadline', () => {
  it('is the caller’s, or 30 seconds, or an hour for a stream', async () => {
    await using server = await start();
    const tenants = server.client(TenantServiceDefinition, tokenFor());
    const datasets = server.client(DatasetServiceDefinition, tokenFor());

    await tenants.getTenant({ name: 'tenants/acme' }, { timeoutMs: 7_000 });
    await tenants.getTenant({ name: 'tenants/acme' }, { timeoutMs: Infinity });
    for await (const message of datasets.downloadDataset({ name: 'tenants/acme/datasets/x' })) expect(message).toBe(0);

    expect(server.deadlines).toEqual([7, 30, 3_600]);
  });

  it('ends a call that nobody else would end, and tells its handler', async () => {
    jest.useFakeTimers();
    const info = methodRules().get('/weir.registry.v1.TenantService/GetTenant');
    if (!info) throw new Error('GetTenant is gone');
    const causes: unknown[] = [];
    const call: Partial<Call> = { deadline: Infinity, method: info.path, abort: (cause) => void causes.push(cause) };

    const ended = deadline(info, {} as ServerParts)(call as Call, () => new Promise(() => undefined));
    ended.catch(() => undefined);
    await jest.advanceTimersByTimeAsync(30_000);

    await expect(ended).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(causes).toMatchObject([{ reason: 'DEADLINE_EXCEEDED' }]);
    jest.useRealTimers();
  });
});
