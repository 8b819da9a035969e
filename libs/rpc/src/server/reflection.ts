import type { Server, ServerDuplexStream } from '@grpc/grpc-js';
import {
  ServerReflectionDefinition,
  ServerReflectionRequest,
  ServerReflectionResponse,
} from '@weir/contracts/grpc/reflection';
import { createReflector } from './reflector.ts';

type Stream = ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>;

// The two protocols differ in nothing but their name; most tools still try the old one first or second.
const NAMES = [ServerReflectionDefinition.fullName, 'grpc.reflection.v1alpha.ServerReflection'];

/**
 * Serves reflection (https://grpc.io/docs/guides/reflection/), v1 and v1alpha, from the descriptor set that rules and
 * docs read too. Our own, because @grpc/reflection goes through protobufjs, whose files grpcurl cannot resolve.
 */
export function addReflection(server: Server, services: readonly string[]): void {
  const reflect = createReflector([...services, 'grpc.health.v1.Health', ...NAMES]);
  const serverReflectionInfo = (stream: Stream): void => {
    stream.on('data', (request: ServerReflectionRequest) => {
      stream.write({ validHost: request.host, originalRequest: request, messageResponse: reflect(request) });
    });
    stream.on('end', () => stream.end());
    stream.on('error', () => undefined);
  };
  for (const name of NAMES) server.addService({ serverReflectionInfo: methodOf(name) }, { serverReflectionInfo });
}

const methodOf = (service: string) => ({
  path: `/${service}/ServerReflectionInfo`,
  requestStream: true,
  responseStream: true,
  requestSerialize: (value: ServerReflectionRequest) => Buffer.from(ServerReflectionRequest.encode(value).finish()),
  requestDeserialize: (bytes: Buffer) => ServerReflectionRequest.decode(bytes),
  responseSerialize: (value: ServerReflectionResponse) => Buffer.from(ServerReflectionResponse.encode(value).finish()),
  responseDeserialize: (bytes: Buffer) => ServerReflectionResponse.decode(bytes),
});
