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
  /** Sends one message on a method of any kind and waits for the end; answers are counted and dropped. */
  any(
    path: string,
    request: Uint8Array,
    token?: string,
    options?: { deadlineMs?: number; traceparent?: string },
  ): Promise<RawOutcome & { readonly answers: number }>;
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
    any: (path, request, token, options) => stream(client, path, request, token, options),
    [Symbol.dispose]: () => client.close(),
  };
}

const STREAM_MS = 20_000;

/** To the wire every method is a stream of messages in both directions. */
function stream(
  client: Client,
  path: string,
  request: Uint8Array,
  token: string | undefined,
  { deadlineMs = STREAM_MS, traceparent }: { deadlineMs?: number; traceparent?: string } = {},
) {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  const call = client.makeBidiStreamRequest(path, same, same, metadata, { deadline: Date.now() + deadlineMs });
  let answers = 0;
  return new Promise<RawOutcome & { answers: number }>((resolve) => {
    call.on('data', () => (answers += 1));
    call.on('error', (error: ServiceError) => resolve({ ...outcomeOf(error), answers }));
    call.on('status', ({ code }) => code === 0 && resolve({ code, message: '', error: undefined, answers }));
    call.write(Buffer.from(request));
    call.end();
  });
}

const same = (bytes: Buffer): Buffer => bytes;

function outcomeOf({ code, details, metadata }: ServiceError): RawOutcome {
  const bytes = metadata.get('grpc-status-details-bin')[0];
  return { code, message: details, error: Buffer.isBuffer(bytes) ? decodeStatus(bytes) : undefined };
}
