import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { decodeStatus } from '@weir/errors';

/** How a call ended that was written by hand. */
export interface WireOutcome {
  /** -1: the stream or the connection was closed without a status. */
  readonly code: number;
  /** Our reason, where there is one. */
  readonly reason: string;
}

/** A connection on which header lines go out as they are written, also those that no gRPC library would send. */
export interface Wire extends Disposable {
  call(path: string, request: Uint8Array, headers: readonly (readonly [string, string])[]): Promise<WireOutcome>;
}

// Lets header lines repeat that must not; the types do not know it yet.
const REPEATABLE: object = { strictSingleValueFields: false };

/** Connects to "127.0.0.1:7001". */
export function openWire(address: string): Wire {
  const session = connect(`http://${address}`, REPEATABLE);
  session.on('error', () => undefined);
  return {
    call: (path, request, headers) => send(session, path, request, headers),
    [Symbol.dispose]: () => session.destroy(),
  };
}

const PATIENCE_MS = 10_000;

function send(
  session: ClientHttp2Session,
  path: string,
  request: Uint8Array,
  more: readonly (readonly [string, string])[],
): Promise<WireOutcome> {
  const lines = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'localhost'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ...more,
  ];
  return new Promise((resolve) => {
    // As a flat list, headers are sent one by one, repeated ones too.
    const stream = session.request(lines.flat());
    let end: IncomingHttpHeaders = {};
    stream.setTimeout(PATIENCE_MS, () => stream.close());
    stream.on('response', (headers) => (end = headers));
    stream.on('trailers', (trailers: IncomingHttpHeaders) => (end = trailers));
    stream.on('error', () => undefined);
    stream.on('close', () => resolve(outcomeOf(end)));
    stream.resume();
    stream.end(framed(request));
  });
}

function outcomeOf(end: IncomingHttpHeaders): WireOutcome {
  const details = end['grpc-status-details-bin'];
  const known = typeof details === 'string' ? decodeStatus(Buffer.from(details, 'base64')) : undefined;
  return { code: Number(end['grpc-status'] ?? -1), reason: known?.reason ?? '' };
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
