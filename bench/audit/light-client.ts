// A gRPC client that costs as little as Node can: the senders share two cores with what they measure.
import { connect, type ClientHttp2Session } from 'node:http2';
import { frame } from '../h2load.ts';

/** Calls that are under way on one connection. */
export interface LightClient extends Disposable {
  /** Sends a unary request that is already encoded; settles when it was answered with OK. */
  call(message: Buffer): Promise<void>;
}

/** Opens a connection for calls of one method. */
export function lightClient(address: string, path: string, token: string): LightClient {
  const session = connect(`http://${address}`);
  const headers = {
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': '60S',
    authorization: `Bearer ${token}`,
  };
  // What breaks the connection ends its calls too, and they tell.
  session.on('error', () => undefined);
  return {
    call: (message) => call(session, headers, message),
    [Symbol.dispose]: () => session.close(),
  };
}

function call(session: ClientHttp2Session, headers: Record<string, string>, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status: unknown;
    let problem: unknown;
    const onTrailers = (trailers: Record<string, unknown>): void => {
      status ??= trailers['grpc-status'];
      problem ??= trailers['grpc-message'];
    };
    // An answer without a message has its status among its headers.
    stream.on('response', onTrailers).on('trailers', onTrailers).on('error', reject);
    stream.on('close', () => {
      if (status === '0') resolve();
      else reject(new Error(`RecordEvents: status ${String(status)} ${String(problem)}`));
    });
    stream.resume();
    stream.end(frame(message));
  });
}
