import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';

const CREATED = 'http2.server.stream.created';
const NAME = 'authorization';

/**
 * Node keeps the first of several `authorization` lines and drops the others unseen, while a proxy in front may have
 * looked at another one. Joined by commas (RFC 9110, 5.3) they are no token any more, and the call is refused.
 */
export function joinRepeatedTokens(): Disposable {
  const known = new WeakSet<ServerHttp2Session>();
  const onCreated = (message: unknown): void => {
    const { session } = (message as { stream: ServerHttp2Stream }).stream;
    if (!session || known.has(session as ServerHttp2Session)) return;
    known.add(session as ServerHttp2Session);
    // Told of a stream before grpc-js is, and of its header lines as they came.
    session.prependListener('stream', join);
  };
  subscribe(CREATED, onCreated);
  return { [Symbol.dispose]: () => void unsubscribe(CREATED, onCreated) };
}

/** Names and values take turns in `lines`. */
function join(_stream: unknown, headers: IncomingHttpHeaders, _flags: number, lines: readonly string[]): void {
  const first = lines.indexOf(NAME);
  if (first < 0 || lines.indexOf(NAME, first + 1) < 0) return;
  const values = lines.filter((_, index) => index % 2 === 1 && lines[index - 1]?.toLowerCase() === NAME);
  if (values.length > 1) headers.authorization = values.join(', ');
}
