import type { DeepPartial, MethodDefinition, RequestOf, ResponseOf, ServiceDefinition } from '@weir/contracts';
import { callBidi } from './calls/bidi.ts';
import { callClientStream } from './calls/client-stream.ts';
import { callServerStream } from './calls/server-stream.ts';
import { callUnary } from './calls/unary.ts';
import type { Channel } from './channel.ts';
import type { CallOptions } from './frame.ts';
import { methodOf } from './method.ts';

/** How a method is called: requests may leave fields out, a missing `request_id` is made up. */
export type MethodOf<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? (requests: AsyncIterable<DeepPartial<RequestOf<M>>>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<DeepPartial<RequestOf<M>>>, options?: CallOptions) => Promise<ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: DeepPartial<RequestOf<M>>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
    : (request: DeepPartial<RequestOf<M>>, options?: CallOptions) => Promise<ResponseOf<M>>;

/** The methods of a service as functions. Failures are WeirErrors with the remote reason, or RemoteErrors. */
export type Client<S extends ServiceDefinition> = { readonly [K in keyof S['methods']]: MethodOf<S['methods'][K]> };

/**
 * A client of a service. Deadline, cancellation and trace of the call in progress travel with every call; what only
 * reads, and what has a `request_id`, is repeated while the service does not answer.
 */
export function createClient<S extends ServiceDefinition>(definition: S, channel: Channel): Client<S> {
  const methods = Object.entries(definition.methods).map(([key, method]) => [key, caller(definition, method, channel)]);
  return Object.fromEntries(methods) as Client<S>;
}

function caller(service: ServiceDefinition, definition: MethodDefinition, channel: Channel) {
  const method = methodOf(service, definition);
  const call = pick(definition);
  return (input: never, options: CallOptions = {}) => call(channel, method, input, options);
}

function pick({ requestStream, responseStream }: MethodDefinition) {
  if (requestStream) return responseStream ? callBidi : callClientStream;
  return responseStream ? callServerStream : callUnary;
}
