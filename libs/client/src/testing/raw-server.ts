import { Metadata, Server, ServerCredentials, type UntypedHandleCall } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceDefinition } from '@weir/contracts';
import { encodeStatus, type WeirError } from '@weir/errors';
import { openChannel, type ChannelOptions } from '../channel.ts';
import { createClient } from '../client.ts';

/** A grpc-js server with nothing of ours in it. */
export interface RawServer extends AsyncDisposable {
  readonly address: string;
}

/** Serves handlers as grpc-js takes them, by the keys of the definition's methods. */
export async function rawServer(
  service: ServiceDefinition,
  handlers: Readonly<Record<string, UntypedHandleCall>>,
  { credentials = ServerCredentials.createInsecure(), port = 0 } = {},
): Promise<RawServer> {
  const server = new Server({ 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 });
  const methods = Object.entries(service.methods).filter(([key]) => handlers[key]);
  const definition = Object.fromEntries(methods.map(([key, method]) => [key, wire(service, method)]));
  server.addService(definition, handlers);
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, port) => (error ? reject(error) : resolve(port))),
  );
  return {
    address: `127.0.0.1:${bound}`,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}

const wire = (service: ServiceDefinition, method: MethodDefinition) => ({
  path: `/${service.fullName}/${method.name}`,
  requestStream: method.requestStream,
  responseStream: method.responseStream,
  requestSerialize: (message: unknown) => Buffer.from(method.requestType.encode(message).finish()),
  requestDeserialize: (bytes: Buffer) => method.requestType.decode(bytes),
  responseSerialize: (partial: unknown) =>
    Buffer.from(method.responseType.encode(method.responseType.fromPartial(partial as never)).finish()),
  responseDeserialize: (bytes: Buffer) => method.responseType.decode(bytes),
});

/** A raw server and a client of it. */
export async function startRaw<S extends ServiceDefinition>(
  service: S,
  handlers: Readonly<Record<string, UntypedHandleCall>>,
  options: Partial<ChannelOptions> = {},
) {
  const stack = new AsyncDisposableStack();
  const { address } = stack.use(await rawServer(service, handlers));
  const channel = stack.use(openChannel({ address, ...options }));
  const client = createClient(service, channel);
  return { address, client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A status of this platform, as a server sends it. */
export function statusOf(error: WeirError, trailers: Record<string, string> = {}) {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(error)));
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code: error.code, details: error.message, metadata };
}
