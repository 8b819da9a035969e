import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, Http2Session, ServerHttp2Stream } from 'node:http2';
import { Code } from '@weir/errors';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { DETAILS_KEY } from './to-service-error.ts';

// grpc-js ends calls by itself whose time is over or whose caller is gone: interceptors saw them.
const ORDINARY: ReadonlySet<number> = new Set([Code.OK, Code.CANCELLED, Code.DEADLINE_EXCEEDED]);

const CREATED = 'http2.server.stream.created';

interface Created {
  stream: ServerHttp2Stream;
  headers: IncomingHttpHeaders;
}

/**
 * Counts and logs calls that grpc-js refuses before any interceptor sees them: unknown methods, messages over the size
 * limit, broken frames. They are told apart by what our own refusals always carry: google.rpc details. Node tells of the
 * streams of all servers in the process; only those that came to `port` count.
 */
export function watchWire(metrics: Registry, log: Logger, port: number): Disposable {
  const refused = new Counter({
    name: 'rpc_wire_refused_total',
    help: 'Calls refused on the wire, before any interceptor, by status code.',
    labelNames: ['code'] as const,
    registers: [metrics],
  });
  const isOurs = sessionsOn(port);
  const onCreated = (message: unknown): void => {
    const { stream, headers } = message as Created;
    if (!isOurs(stream.session)) return;
    stream.once('close', () => {
      const end = endOf(stream);
      const code = end?.['grpc-status'];
      if (code === undefined || ORDINARY.has(Number(code)) || end?.[DETAILS_KEY] !== undefined) return;
      refused.inc({ code: String(code) });
      log.warn({ path: headers[':path'], code: Number(code), problem: end?.['grpc-message'] }, 'refused on the wire');
    });
  };
  subscribe(CREATED, onCreated);
  return { [Symbol.dispose]: () => void unsubscribe(CREATED, onCreated) };
}

/** Tells the sessions of one port from others. Asked while a session lives: a dead one cannot say. */
function sessionsOn(port: number): (session: Http2Session | undefined) => boolean {
  const known = new WeakMap<Http2Session, boolean>();
  return (session) => {
    if (!session) return false;
    const answer = known.get(session);
    if (answer !== undefined) return answer;
    const isOurs = session.socket.localPort === port;
    known.set(session, isOurs);
    return isOurs;
  };
}

const endOf = (stream: ServerHttp2Stream): OutgoingHttpHeaders | undefined =>
  stream.sentTrailers ?? (stream.headersSent ? stream.sentHeaders : undefined);
