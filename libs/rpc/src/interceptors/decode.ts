import { reason } from '@weir/errors';
import type { Interceptor } from '../interceptor.ts';
import { isUndecodable } from '../server/codec.ts';

/** Refuses bytes that are not a message of the method's type; on a client stream it reads the first message. */
export const decode: Interceptor = (method) => {
  const malformed = () => reason('MALFORMED_MESSAGE', { type: method.requestType });

  async function* checked(messages: AsyncIterator<unknown>, first: IteratorResult<unknown>): AsyncGenerator {
    try {
      for (let item = first; !item.done; item = await messages.next()) {
        if (isUndecodable(item.value)) throw malformed();
        yield item.value;
      }
    } finally {
      await messages.return?.();
    }
  }

  if (method.requestStream) {
    return async (call, next) => {
      const messages = call.messages?.[Symbol.asyncIterator]();
      if (!messages) throw malformed();
      const first = await messages.next();
      if (!first.done && isUndecodable(first.value)) throw malformed();
      call.request = first.done ? undefined : first.value;
      call.messages = checked(messages, first);
      return next(call);
    };
  }
  return (call, next) => {
    if (isUndecodable(call.request)) throw malformed();
    return next(call);
  };
};
