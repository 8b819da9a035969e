// The baseline: grpc-js and nothing else, answering the same message.
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { GetTenantRequest, GetTenantResponse } from '@weir/contracts/registry';
import { METHOD, response } from './subject.ts';

const server = new Server();
server.addService(
  {
    getTenant: {
      path: METHOD,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: GetTenantRequest) => Buffer.from(GetTenantRequest.encode(value).finish()),
      requestDeserialize: (bytes: Buffer) => GetTenantRequest.decode(bytes),
      responseSerialize: (value: GetTenantResponse) => Buffer.from(GetTenantResponse.encode(value).finish()),
      responseDeserialize: (bytes: Buffer) => GetTenantResponse.decode(bytes),
    },
  },
  {
    getTenant: (
      _call: ServerUnaryCall<GetTenantRequest, GetTenantResponse>,
      callback: sendUnaryData<GetTenantResponse>,
    ) => callback(null, response),
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.({ port });
});
