import type { Channel } from '../channel.ts';
import type { CallOptions } from '../frame.ts';
import type { Method } from '../method.ts';
import { openSession } from '../session.ts';
import { pump } from './pump.ts';

/** Many requests, one response. */
export async function callClientStream(
  channel: Channel,
  method: Method,
  requests: AsyncIterable<unknown>,
  options: CallOptions,
) {
  const { path, encode, decode, fill } = method;
  const session = openSession(channel, method, options);
  const { deadline } = session.frame;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  try {
    const metadata = await session.metadata();
    const call = channel.wire.makeClientStreamRequest(
      path,
      encode,
      decode,
      metadata,
      { deadline },
      (error, response) => {
        if (error) reject(error);
        else resolve(response);
      },
    );
    call.on('error', () => undefined);
    session.guard(call);
    pump(requests, call, fill, promise).catch((error: unknown) => {
      reject(error);
      call.cancel();
    });
    const response = await promise;
    session.end();
    return response;
  } catch (error) {
    session.renews(error);
    throw session.fail(error);
  }
}
