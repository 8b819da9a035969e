import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { decodeStatus, type WeirError } from '@weir/errors';

/** How a call ended, as any gRPC client sees it. */
export interface RawOutcome {
  readonly code: number;
  readonly message: string;
  /** Our google.rpc details, where the status carries them. */
  readonly error: WeirError | undefined;
}

/** A client that knows paths and bytes and nothing of our stubs. */
export interface RawClient extends Disposable {
  unary(path: string, request: Uint8Array, token?: string, options?: { deadlineMs?: number }): Promise<RawOutcome>;
}

/** Opens a raw client. */
export function rawClient(address: string): RawClient {
  const client = new Client(address, credentials.createInsecure());
  return {
    unary: (path, request, token, { deadlineMs } = {}) =>
      new Promise((resolve) => {
        const metadata = new Metadata();
        if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
        const deadline = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
        client.makeUnaryRequest(path, same, same, Buffer.from(request), metadata, deadline, (error) =>
          resolve(error ? outcomeOf(error) : { code: 0, message: '', error: undefined }),
        );
      }),
    [Symbol.dispose]: () => client.close(),
  };
}

const same = (bytes: Buffer): Buffer => bytes;

function outcomeOf({ code, details, metadata }: ServiceError): RawOutcome {
  const bytes = metadata.get('grpc-status-details-bin')[0];
  return { code, message: details, error: Buffer.isBuffer(bytes) ? decodeStatus(bytes) : undefined };
}
