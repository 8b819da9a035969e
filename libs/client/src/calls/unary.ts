import type { Metadata } from '@grpc/grpc-js';
import type { Channel } from '../channel.ts';
import type { CallOptions } from '../frame.ts';
import type { Method } from '../method.ts';
import { openSession, type Session } from '../session.ts';

const TIMEOUT_MS = 30_000;

/** One request, one response. Repeated once with a fresh token when the one it was made with no longer counts. */
export async function callUnary(channel: Channel, method: Method, partial: unknown, options: CallOptions) {
  const request = method.fill(partial);
  const session = openSession(channel, method, options, TIMEOUT_MS);
  const attempt = async () => send(channel, method, request, await session.metadata(), session);
  try {
    const response = await attempt().catch((error: unknown) => {
      if (session.renews(error)) return attempt();
      throw error;
    });
    session.end();
    return response;
  } catch (error) {
    throw session.fail(error);
  }
}

function send(
  channel: Channel,
  { path, encode, decode }: Method,
  request: unknown,
  metadata: Metadata,
  session: Session,
) {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const { deadline } = session.frame;
  const call = channel.wire.makeUnaryRequest(
    path,
    encode,
    decode,
    request,
    metadata,
    { deadline },
    (error, response) => {
      if (error) reject(error);
      else resolve(response);
    },
  );
  session.guard(call);
  return promise;
}
