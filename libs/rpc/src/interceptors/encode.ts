import { pass, type Interceptor } from '../interceptor.ts';
import { responseEncoder } from '../server/codec.ts';

/** Encodes the response, so that what is no message of the method's type is a failure like any other. */
export const encode: Interceptor = (method) => {
  // A stream is encoded message by message, where it is sent.
  if (method.responseStream) return pass;
  return (call, next) => next(call).then(responseEncoder(call.types.responseType));
};
