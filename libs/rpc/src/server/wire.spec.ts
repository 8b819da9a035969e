import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { DatasetServiceDefinition } from '@weir/contracts/agent';
import { CreateTenantRequest, TenantServiceDefinition } from '@weir/contracts/registry';
import { bind } from '../handler.ts';
import { adminToken, startTestServer } from '../testing/index.ts';
import { until } from '../testing/start-services.ts';

async function start() {
  const stack = new AsyncDisposableStack();
  const bindings = [
    bind(TenantServiceDefinition, { createTenant: async () => ({ tenant: undefined }) }),
    bind(DatasetServiceDefinition, {
      async uploadDataset(requests) {
        for await (const { parent } of requests) expect(parent).not.toBe('tenants/never');
        return { dataset: undefined };
      },
    }),
  ];
  const server = stack.use(await startTestServer({ bindings }));
  const client = new Client(server.address, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  stack.defer(() => client.close());
  /** Sends bytes to a path, whatever they are. */
  const send = (path: string, bytes: Buffer): Promise<ServiceError | null> =>
    new Promise((resolve) => {
      const identity = (value: Buffer): Buffer => value;
      client.makeUnaryRequest(path, identity, identity, bytes, resolve);
    });
  const refused = async (): Promise<string[]> => {
    const lines = (await server.metrics.metrics()).matchAll(/^rpc_wire_refused_total\{code="(\d+)"\} (\d+)/gm);
    return [...lines].map(([, code = '', count = '']) => `${count} of ${code}`);
  };
  return { ...server, send, refused, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const CREATE = '/weir.registry.v1.TenantService/CreateTenant';

const logged = (server: { logs(): Record<string, unknown>[] }, msg: string) =>
  server.logs().filter((line) => line['msg'] === msg);

describe('the wire', () => {
  it('counts and logs calls of unknown methods', async () => {
    await using server = await start();

    const error = await server.send('/weir.registry.v1.TenantService/Nonsense', Buffer.alloc(0));

    expect(error?.code).toBe(12);
    await until(() => logged(server, 'refused on the wire').length > 0);
    expect(await server.refused()).toEqual(['1 of 12']);
    expect(logged(server, 'refused on the wire')).toMatchObject([
      { path: '/weir.registry.v1.TenantService/Nonsense', code: 12 },
    ]);
  });

  it('counts and logs messages over the size limit', async () => {
    await using server = await start();

    const error = await server.send(CREATE, Buffer.alloc(5 * 1024 * 1024));

    expect(error?.code).toBe(8);
    await until(() => logged(server, 'refused on the wire').length > 0);
    expect(await server.refused()).toEqual(['1 of 8']);
  });

  it('leaves calls that interceptors refuse to them', async () => {
    await using server = await start();

    const error = await server.send(CREATE, Buffer.alloc(0));

    expect(error?.code).toBe(16);
    await until(() => logged(server, 'call').length > 0);
    expect(await server.refused()).toEqual([]);
  });

  it('keeps to its own server', async () => {
    await using server = await start();
    await using other = await start();

    await other.send('/weir.registry.v1.TenantService/Nonsense', Buffer.alloc(0));
    await until(() => logged(other, 'refused on the wire').length > 0);

    expect(await server.refused()).toEqual([]);
  });
});

describe('a message that cannot be decoded', () => {
  const garbage = Buffer.from([0x0a, 0x7f, 0x01]);

  it('is refused as such, after authentication, and logged like any call', async () => {
    await using server = await start();
    const broken = { encode: () => ({ finish: () => garbage }), fromPartial: () => ({}) };
    const { createTenant } = TenantServiceDefinition.methods;
    const client = server.client(
      {
        ...TenantServiceDefinition,
        methods: { createTenant: { ...createTenant, requestType: { ...CreateTenantRequest, ...broken } as never } },
      },
      adminToken(),
    );

    await expect(client.createTenant({} as never)).rejects.toMatchObject({
      reason: 'MALFORMED_MESSAGE',
      metadata: { type: 'weir.registry.v1.CreateTenantRequest' },
    });
    expect((await server.send(CREATE, garbage))?.code).toBe(16);
    expect(logged(server, 'call')).toMatchObject([{ reason: 'MALFORMED_MESSAGE' }, { reason: 'TOKEN_MISSING' }]);
  });

  it('is refused in the middle of a stream too', async () => {
    await using server = await start();
    const { uploadDataset } = DatasetServiceDefinition.methods;
    const { requestType } = uploadDataset;
    const encode = (message: Parameters<typeof requestType.encode>[0]) =>
      message.parent === 'tenants/broken' ? { finish: () => garbage } : requestType.encode(message);
    const client = server.client(
      {
        ...DatasetServiceDefinition,
        methods: { uploadDataset: { ...uploadDataset, requestType: { ...requestType, encode } as typeof requestType } },
      },
      adminToken(),
    );
    async function* messages() {
      yield { parent: 'tenants/acme' };
      yield { parent: 'tenants/broken' };
    }

    await expect(client.uploadDataset(messages())).rejects.toMatchObject({ reason: 'MALFORMED_MESSAGE' });
  });
});
