import {
  credentials,
  getChannelzServiceDefinition,
  makeClientConstructor,
  type Client,
  type ServiceError,
} from '@grpc/grpc-js';
import { ServerReflectionDefinition, type ServerReflectionResponse } from '@weir/contracts/grpc/reflection';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { service as healthService } from 'grpc-health-check';
import type { Duplex } from 'node:stream';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { fromBinary } from '@bufbuild/protobuf';
import { bind } from '../handler.ts';
import { startTestServer } from '../testing/index.ts';
import { until } from '../testing/start-services.ts';
import type { ReadinessChecks } from './health.ts';

type Methods = Record<
  string,
  (request: unknown, answer: (error: ServiceError | null, response: unknown) => void) => void
>;

async function start(checks: ReadinessChecks = {}) {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startTestServer({ bindings: [bind(TenantServiceDefinition, {})], checks }));
  const connect = (definition: Parameters<typeof makeClientConstructor>[0]): Client => {
    const ClientOf = makeClientConstructor(definition, '');
    const client = new ClientOf(server.address, credentials.createInsecure());
    stack.defer(() => client.close());
    return client;
  };
  return { ...server, connect, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const ask = (client: Client, method: string, request: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const call = (client as unknown as Methods)[method];
    call?.bind(client)(request, (error, response) => (error ? reject(error) : resolve(response)));
  });

describe('health', () => {
  it('follows the readiness of the parts, for the server and each service', async () => {
    const missing: string[] = ['no connection'];
    await using server = await start({ database: () => missing[0] });
    const health = server.connect(healthService);
    const status = (service: string) => ask(health, 'Check', { service });

    await expect(status('')).resolves.toEqual({ status: 'NOT_SERVING' });
    missing.pop();
    await until(() => server.logs().some(({ msg }) => msg === 'ready'));

    await expect(status('')).resolves.toEqual({ status: 'SERVING' });
    await expect(status('weir.registry.v1.TenantService')).resolves.toEqual({ status: 'SERVING' });
    await expect(status('weir.audit.v1.AuditService')).rejects.toMatchObject({ code: 5 });
    expect(server.logs()).toContainEqual(expect.objectContaining({ waiting_for: 'database: no connection' }));
  });

  it('takes a check that throws for a part that is not ready', async () => {
    const check = (): string | undefined => {
      throw new Error('the check is broken');
    };
    await using server = await start({ database: check });

    await expect(ask(server.connect(healthService), 'Check', { service: '' })).resolves.toEqual({
      status: 'NOT_SERVING',
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(server.logs()).toContainEqual(
      expect.objectContaining({ waiting_for: 'database: the check failed: the check is broken' }),
    );
  });
});

describe('reflection', () => {
  const reflection = (name: string) => ({
    ServerReflectionInfo: {
      path: `/${name}/ServerReflectionInfo`,
      requestStream: true,
      responseStream: true,
      requestSerialize: (message: unknown) => {
        const { requestType } = ServerReflectionDefinition.methods.serverReflectionInfo;
        return Buffer.from(requestType.encode(requestType.fromPartial(message as never)).finish());
      },
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => {
        return ServerReflectionDefinition.methods.serverReflectionInfo.responseType.decode(bytes);
      },
    },
  });

  const reflect = (client: Client, request: object): Promise<ServerReflectionResponse> =>
    new Promise((resolve, reject) => {
      const open = (client as unknown as Record<string, () => Duplex>)['ServerReflectionInfo'];
      open?.bind(client)().on('data', resolve).on('error', reject).end(request);
    });

  it.each(['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'])(
    'is served as %s, with files that carry our options',
    async (name) => {
      await using server = await start();
      const client = server.connect(reflection(name));

      const list = await reflect(client, { messageRequest: { $case: 'listServices', value: '' } });
      const symbol = { $case: 'fileContainingSymbol', value: 'weir.registry.v1.TenantService.GetTenant' };
      const found = await reflect(client, { messageRequest: symbol });

      const services = list.messageResponse?.$case === 'listServicesResponse' ? list.messageResponse.value.service : [];
      expect(services).toContainEqual({ name: 'weir.registry.v1.TenantService' });
      const files =
        found.messageResponse?.$case === 'fileDescriptorResponse'
          ? found.messageResponse.value.fileDescriptorProto
          : [];
      const names = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
      expect(names).toEqual(expect.arrayContaining(['weir/registry/v1/tenant.proto', 'weir/options/v1/rule.proto']));
    },
  );
});

describe('channelz', () => {
  it('lists this server', async () => {
    await using server = await start();

    const channelz = server.connect(getChannelzServiceDefinition());

    await expect(ask(channelz, 'GetServers', { start_server_id: 0 })).resolves.toMatchObject({
      server: expect.arrayContaining([expect.objectContaining({ ref: expect.anything() })]) as unknown,
    });
  });
});
