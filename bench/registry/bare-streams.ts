// The baseline of the fan-out: grpc-js, which writes what it is told to every stream: bare-streams.ts.
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { WatchComponentsRequest, WatchComponentsResponse } from '@weir/contracts/registry';

type Stream = ServerWritableStream<WatchComponentsRequest, WatchComponentsResponse>;

const streams = new Set<Stream>();
const server = new Server();
server.addService(
  {
    watchComponents: {
      path: '/weir.registry.v1.ComponentService/WatchComponents',
      requestStream: false,
      responseStream: true,
      requestSerialize: (value: WatchComponentsRequest) => Buffer.from(WatchComponentsRequest.encode(value).finish()),
      requestDeserialize: (bytes: Buffer) => WatchComponentsRequest.decode(bytes),
      responseSerialize: (value: WatchComponentsResponse) =>
        Buffer.from(WatchComponentsResponse.encode(value).finish()),
      responseDeserialize: (bytes: Buffer) => WatchComponentsResponse.decode(bytes),
    },
  },
  {
    watchComponents: (stream: Stream) => {
      streams.add(stream);
      stream.on('cancelled', () => streams.delete(stream));
      stream.write({ revision: 1n, event: { $case: 'bookmark', value: { snapshotComplete: true } } });
    },
  },
);
process.on('message', (text: string) => {
  const response = WatchComponentsResponse.decode(Buffer.from(text, 'base64'));
  for (const stream of streams) stream.write(response);
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.({ port });
});
