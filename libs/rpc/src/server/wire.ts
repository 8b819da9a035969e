import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { DETAILS_KEY } from './to-service-error.ts';

const CREATED = 'http2.server.stream.created';

interface Created {
  stream: ServerHttp2Stream;
  headers: IncomingHttpHeaders;
}

/**
 * Counts and logs calls that grpc-js refuses before any interceptor sees them: unknown methods, messages over the size
 * limit, broken frames. They are told apart by what our own refusals always carry: google.rpc details.
 */
export function watchWire(metrics: Registry, log: Logger): Disposable {
  const refused = new Counter({
    name: 'rpc_wire_refused_total',
    help: 'Calls refused on the wire, before any interceptor, by status code.',
    labelNames: ['code'] as const,
    registers: [metrics],
  });
  const onCreated = (message: unknown): void => {
    const { stream, headers } = message as Created;
    stream.once('close', () => {
      const end = endOf(stream);
      const code = end?.['grpc-status'];
      if (code === undefined || Number(code) === 0 || end?.[DETAILS_KEY] !== undefined) return;
      refused.inc({ code: String(code) });
      log.warn({ path: headers[':path'], code: Number(code), problem: end?.['grpc-message'] }, 'refused on the wire');
    });
  };
  subscribe(CREATED, onCreated);
  return { [Symbol.dispose]: () => void unsubscribe(CREATED, onCreated) };
}

const endOf = (stream: ServerHttp2Stream): OutgoingHttpHeaders | undefined =>
  stream.sentTrailers ?? (stream.headersSent ? stream.sentHeaders : undefined);
