import type { Channel } from '../channel.ts';
import type { CallOptions } from '../frame.ts';
import type { Method } from '../method.ts';
import { openSession } from '../session.ts';
import { pump } from './pump.ts';
import { receive } from './receive.ts';

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Many requests, many responses, each at its own pace. */
export function callBidi(channel: Channel, method: Method, requests: AsyncIterable<unknown>, options: CallOptions) {
  const { path, encode, decode, fill } = method;
  const session = openSession(channel, method, options);
  const { deadline } = session.frame;
  return receive(session, (metadata) => {
    const call = channel.wire.makeBidiStreamRequest(path, encode, decode, metadata, { deadline });
    const over = new Promise<void>((resolve) => call.once('status', () => resolve()).once('close', () => resolve()));
    // The failure of the requests becomes that of the responses.
    pump(requests, call, fill, over).catch((error: unknown) => call.destroy(asError(error)));
    return call;
  });
}
