import type { Channel } from '../channel.ts';
import type { CallOptions } from '../frame.ts';
import type { Method } from '../method.ts';
import { openSession } from '../session.ts';
import { receive } from './receive.ts';

/** One request, many responses. */
export function callServerStream(channel: Channel, method: Method, partial: unknown, options: CallOptions) {
  const { path, encode, decode } = method;
  const session = openSession(channel, method, options);
  const { deadline } = session.frame;
  return receive(session, (metadata) =>
    channel.wire.makeServerStreamRequest(path, encode, decode, method.fill(partial), metadata, { deadline }),
  );
}
