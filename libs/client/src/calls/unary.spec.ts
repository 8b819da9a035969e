import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { runInCall, type CallContext } from '@weir/context';
import {
  TenantServiceDefinition,
  type CreateTenantRequest,
  type CreateTenantResponse,
  type GetTenantRequest,
  type GetTenantResponse,
} from '@weir/contracts/registry';
import type { ChannelOptions } from '../channel.ts';
import { startRaw } from '../testing/raw-server.ts';

type Get = (
  call: ServerUnaryCall<GetTenantRequest, GetTenantResponse>,
  answer: sendUnaryData<GetTenantResponse>,
) => void;
type Create = (
  call: ServerUnaryCall<CreateTenantRequest, CreateTenantResponse>,
  answer: sendUnaryData<CreateTenantResponse>,
) => void;

const start = (handlers: { getTenant?: Get; createTenant?: Create }, options: Partial<ChannelOptions> = {}) =>
  startRaw(TenantServiceDefinition, handlers, options);

const never: Get = () => undefined;

const callInProgress = (fields: Partial<CallContext>): CallContext =>
  ({ deadline: Infinity, signal: new AbortController().signal, ...fields }) as CallContext;

describe('a unary call', () => {
  it('fills what the request leaves out and answers typed', async () => {
    await using server = await start({
      getTenant: ({ request }, answer) => answer(null, { tenant: { name: request.name } } as GetTenantResponse),
    });

    const { tenant } = await server.client.getTenant({ name: 'tenants/acme' });

    expect(tenant?.name).toBe('tenants/acme');
    expect(tenant?.allowedEnvironments).toEqual([]);
  });

  it('makes up a request_id, and keeps one that is given', async () => {
    const seen: string[] = [];
    await using server = await start({
      createTenant: ({ request }, answer) => {
        seen.push(request.requestId);
        answer(null, { tenant: undefined });
      },
    });

    await server.client.createTenant({ tenantId: 'acme' });
    await server.client.createTenant({ tenantId: 'acme', requestId: 'mine' });

    expect(seen).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'mine']);
  });

  it('ends after its timeout', async () => {
    await using server = await start({ getTenant: never });

    await expect(server.client.getTenant({ name: 'tenants/acme' }, { timeoutMs: 50 })).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
  });

  it('has 30 seconds when nothing says otherwise', async () => {
    let deadline = 0;
    await using server = await start({
      getTenant: (call, answer) => {
        deadline = Number(call.getDeadline());
        answer(null, { tenant: undefined });
      },
    });

    await server.client.getTenant({ name: 'tenants/acme' });

    expect(deadline - Date.now()).toBeGreaterThan(25_000);
    expect(deadline - Date.now()).toBeLessThanOrEqual(31_000);
  });

  it('never outlives the call in progress', async () => {
    await using server = await start({ getTenant: never });
    const outer = callInProgress({ deadline: Date.now() + 50 });

    const call = runInCall(outer, () => server.client.getTenant({ name: 'tenants/acme' }, { timeoutMs: 60_000 }));

    await expect(call).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  });

  it.each(['the call in progress', 'the caller'])('is cancelled by %s, also at the server', async (who) => {
    const controller = new AbortController();
    const cancelledThere = Promise.withResolvers<void>();
    await using server = await start({
      getTenant: (call) => {
        call.on('cancelled', () => cancelledThere.resolve());
        controller.abort();
      },
    });
    const { signal } = controller;
    const inner = who === 'the caller' ? callInProgress({}) : callInProgress({ signal });

    const call = runInCall(inner, () =>
      server.client.getTenant({ name: 'tenants/acme' }, who === 'the caller' ? { signal } : {}),
    );

    await expect(call).rejects.toMatchObject({ reason: 'CANCELLED' });
    await cancelledThere.promise;
  });

  it('does not even begin when its signal has aborted', async () => {
    const getTenant = jest.fn<void, Parameters<Get>>();
    await using server = await start({ getTenant });

    const call = server.client.getTenant({ name: 'tenants/acme' }, { signal: AbortSignal.abort() });

    await expect(call).rejects.toMatchObject({ reason: 'CANCELLED' });
    expect(getTenant).not.toHaveBeenCalled();
  });

  it('rejects a request that cannot be encoded', async () => {
    await using server = await start({ getTenant: never });
    const customLimits = { shares: 'many' as unknown as bigint };

    await expect(server.client.createTenant({ tenant: { limits: { customLimits } } })).rejects.toThrow(SyntaxError);
  });

  it('asks again when a hedged read is slow, and takes the faster answer', async () => {
    let asked = 0;
    await using server = await start(
      {
        getTenant: (_, answer) => {
          asked += 1;
          if (asked > 1) answer(null, { tenant: { name: `answer ${asked}` } } as GetTenantResponse);
        },
      },
      { hedge: ['GetTenant'] },
    );

    const { tenant } = await server.client.getTenant({ name: 'tenants/acme' }, { timeoutMs: 5_000 });

    expect(tenant?.name).toBe('answer 2');
  });

  it('sends the metadata it is given', async () => {
    let header: unknown;
    await using server = await start({
      getTenant: ({ metadata }, answer) => {
        header = metadata.get('x-colour')[0];
        answer(null, { tenant: undefined });
      },
    });

    await server.client.getTenant({ name: 'tenants/acme' }, { metadata: { 'x-colour': 'green' } });

    expect(header).toBe('green');
  });
});
